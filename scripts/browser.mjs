// A Chromium for the stories: one that is there, else Playwright's own, else the distribution's.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { aptInstall } from './apt.mjs';

const USUAL_PLACES = [
	...['/usr/bin/chromium', '/usr/bin/chromium-browser', '/snap/bin/chromium'],
	...['/usr/bin/google-chrome', '/usr/bin/google-chrome-stable'],
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** @returns {string | null} the path of a browser that is already here */
export function findBrowser() {
	const named = process.env.CHROMIUM_PATH;
	if (named) return existsSync(named) ? named : null;
	return [chromium.executablePath(), ...USUAL_PLACES].find(existsSync) ?? null;
}

/**
 * Finds a browser or gets one.
 * @returns {string} throws an Error with a sentence where neither works
 */
export function ensureBrowser() {
	const found = findBrowser();
	if (found) return found;
	if (process.env.CHROMIUM_PATH)
		throw new Error(`CHROMIUM_PATH names ${process.env.CHROMIUM_PATH}, where nothing is.`);
	console.log('Fetching a browser for the tests (only this once) …');
	const playwright = new URL('../node_modules/@playwright/test/cli.js', import.meta.url).pathname;
	spawnSync(process.execPath, [playwright, 'install', 'chromium'], { stdio: 'ignore' });
	if (!findBrowser()) aptInstall(['chromium']);
	const fetched = findBrowser();
	if (fetched) return fetched;
	throw new Error(
		'The tests need Chromium, and it could not be fetched. Install it (on Debian: `sudo apt-get install chromium`) or set CHROMIUM_PATH to where it is.',
	);
}
