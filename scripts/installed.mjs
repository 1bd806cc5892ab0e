// Makes sure that what package-lock.json names is installed. Uses nothing that must be installed.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const root = new URL('..', import.meta.url);

/** Ends the process with a sentence where what we are built with (Vite, ESLint) can't run. */
export function checkNode() {
	const { engines } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
	if (fitsNode(process.versions.node, engines.node)) return;
	console.error(
		`MeetUp needs Node ${inWords(engines.node)} (${engines.node}). This is ${process.version}: https://nodejs.org has the current one.`,
	);
	process.exit(1);
}

/**
 * As npm reads `engines`, but with nothing installed: `^20.19 || >=24` and no other signs.
 * @param {string} version
 * @param {string} range
 */
export function fitsNode(version, range) {
	const [major = 0, minor = 0] = version.split('.').map(Number);
	return lines(range).some(
		(line) => (major === line.major && minor >= line.minor) || (line.isOpen && major > line.major),
	);
}

/** @param {string} range */
export function inWords(range) {
	return lines(range)
		.map(({ major, minor, isOpen }) =>
			isOpen ? `${major} or newer` : `${major} from ${major}.${minor} on`,
		)
		.join(', or ');
}

/** @param {string} range */
function lines(range) {
	return range.split(' || ').map((part) => {
		const [, sign, major, minor] = /^(\^|>=)(\d+)(?:\.(\d+))?$/.exec(part) ?? [];
		if (sign === undefined) throw new Error(`package.json: engines.node has "${part}"`);
		return { isOpen: sign === '>=', major: Number(major), minor: Number(minor ?? 0) };
	});
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

/**
 * @param {string} path
 * @returns {Record<string, Record<string, unknown>> | null} null where there is no such file
 */
function packagesOf(path) {
	try {
		return JSON.parse(readFileSync(new URL(path, root), 'utf8')).packages;
	} catch (error) {
		if (error instanceof SyntaxError) return null;
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
		throw error;
	}
}
