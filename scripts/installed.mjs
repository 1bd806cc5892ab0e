// Makes sure that what package-lock.json names is installed. Uses nothing that must be installed.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const root = new URL('..', import.meta.url);

/** Ends the process with a sentence where Node is too old for what we are built with (Vite 8). */
export function checkNode() {
	const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
	const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 23;
	if (fits) return;
	console.error(
		`MeetUp needs Node 20.19 or newer (of the 22 line, 22.12). This is ${process.version}: https://nodejs.org has the current one.`,
	);
	process.exit(1);
}

/** Installs with `npm ci` unless everything is there. Ends the process with a sentence if it fails. */
export function ensureInstalled() {
	checkNode();
	if (isInstalled()) return;
	console.log('Installing what MeetUp is built with (about a minute, only this once) …');
	// Development packages too, whatever NODE_ENV says: the build needs them.
	const ci = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
	const npm = process.env.npm_execpath;
	const { status } = npm?.endsWith('.js')
		? spawnSync(process.execPath, [npm, ...ci], {
				cwd: root,
				stdio: ['ignore', 'ignore', 'inherit'],
			})
		: spawnSync('npm', ci, {
				cwd: root,
				stdio: ['ignore', 'ignore', 'inherit'],
				shell: process.platform === 'win32',
			});
	if (status === 0) return;
	console.error(
		'Installing failed: what npm says is above. Is there a network? `npm ci` tries it again by hand.',
	);
	process.exit(1);
}

/**
 * npm notes what it installed in node_modules/.package-lock.json, as the very last thing: so an
 * interrupted installation counts as none, and one made by hand with `npm install` counts.
 */
export function isInstalled() {
	const wanted = packagesOf('package-lock.json');
	const there = packagesOf('node_modules/.package-lock.json');
	if (!wanted || !there) return false;
	return Object.entries(wanted).every(([path, { version, optional, devOptional, peer }]) => {
		const found = there[path];
		// What is for another operating system only is missing by right.
		if (path === '' || (!found && (optional || devOptional || peer))) return true;
		return found?.version === version;
	});
}

/** @returns {Record<string, Record<string, unknown>> | null} null where there is no such file */
function packagesOf(path) {
	try {
		return JSON.parse(readFileSync(new URL(path, root), 'utf8')).packages;
	} catch (error) {
		if (error instanceof SyntaxError || error.code === 'ENOENT') return null;
		throw error;
	}
}
