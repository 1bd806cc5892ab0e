// A Chromium for the stories: one that is there, else Playwright's own, else the distribution's.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { aptInstall } from './apt.mjs';

const USUAL_PLACES = [
	...['/usr/bin/chromium', '/usr/bin/chromium-browser', '/snap/bin/chromium'],
	...['/usr/bin/google-chrome', '/usr/bin/google-chrome-stable'],
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/**
 * @param {string | undefined} named what somebody wants, which then is the only one
 * @param {string[]} places
 * @returns {string | null} the path of a browser that is already here, and starts
 */
export function findBrowser(
	named = process.env.CHROMIUM_PATH,
	places = [chromium.executablePath(), ...USUAL_PLACES],
) {
	return (named ? [named] : places).find(startsUp) ?? null;
}

/**
 * Finds a browser or gets one.
 * @returns {string} throws an Error with a sentence where neither works
 */
export function ensureBrowser() {
	const found = findBrowser();
	if (found) return found;
	const named = process.env.CHROMIUM_PATH;
	if (named) {
		const why = existsSync(named) ? 'which does not start' : 'where nothing is';
		throw new Error(`CHROMIUM_PATH names ${named}, ${why}.`);
	}
	const fetched = fetchBrowser([installWithPlaywright, () => aptInstall(['chromium'])]);
	if (fetched) return fetched;
	throw new Error(
		'The tests need Chromium, and none that starts is here or could be fetched. Install it (on Debian: `sudo apt-get install chromium`) or set CHROMIUM_PATH to where it is.',
	);
}

/**
 * Goes from one way to the next until a browser is there that starts.
 * @param {(() => unknown)[]} ways
 * @param {() => string | null} find
 */
export function fetchBrowser(ways, find = findBrowser) {
	console.log('Fetching a browser for the tests (only this once) …');
	for (const way of ways) {
		way();
		const found = find();
		if (found) return found;
	}
	return null;
}

function installWithPlaywright() {
	const playwright = fileURLToPath(
		new URL('../node_modules/@playwright/test/cli.js', import.meta.url),
	);
	spawnSync(process.execPath, [playwright, 'install', 'chromium'], { stdio: 'ignore' });
}

/**
 * Being there is not enough: Playwright's download lacks libraries on a bare Debian, and Ubuntu's
 * chromium-browser may only say that a snap is needed.
 * @param {string} path
 */
function startsUp(path) {
	if (!existsSync(path)) return false;
	// There it would open a window instead of telling its version.
	if (process.platform === 'win32') return true;
	return spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 30_000 }).status === 0;
}
