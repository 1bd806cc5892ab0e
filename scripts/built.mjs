// Knows whether build/ was made from the sources as they are. Uses nothing that must be installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Not in build/, which is emptied by each build. */
const STAMP = join(root, 'node_modules/.cache/meetup/built');

const SOURCES = [
	...['package-lock.json', 'package.json', 'svelte.config.js', 'tsconfig.json', 'vite.config.ts'],
	...[
		'project.inlang/settings.json',
		'scripts/build.mjs',
		'scripts/built.mjs',
		'scripts/words.mjs',
	],
	...['src', 'static', 'messages', 'drizzle'],
];

/** Builds unless nothing changed since the last build. Ends the process with a sentence if it fails. */
export function ensureBuilt() {
	if (existsSync(join(root, 'build/main.js')) && isStamped()) return;
	console.log('Building MeetUp (seconds, only after a change) …');
	const { status } = spawnSync(process.execPath, [join(root, 'scripts/build.mjs')], {
		cwd: root,
		stdio: ['ignore', 'ignore', 'inherit'],
	});
	if (status === 0) return;
	console.error('The build failed: the reason is above.');
	process.exit(1);
}

/**
 * Runs a build and notes what it was made from: whoever builds does it here, so that no build is
 * taken for another one. While it runs, and where it does not come to its end, nothing is noted.
 * @param {() => Promise<void>} build
 */
export async function stamped(build, path = STAMP, fingerprintNow = fingerprintOfSources) {
	rmSync(path, { force: true });
	// Before: what is edited meanwhile may be in it or not.
	const fingerprint = fingerprintNow();
	await build();
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(path, fingerprint);
}

/** Whether the last build was made from the sources as they are now. */
export function isStamped(path = STAMP, fingerprintNow = fingerprintOfSources) {
	return existsSync(path) && readFileSync(path, 'utf8') === fingerprintNow();
}

function fingerprintOfSources() {
	const hash = createHash('sha256').update(process.versions.node);
	for (const path of SOURCES.flatMap(filesUnder).sort())
		hash.update(`\0${path}\0`).update(readFileSync(join(root, path)));
	return hash.digest('hex');
}

/**
 * @param {string} path
 * @returns {string[]}
 */
function filesUnder(path) {
	if (!existsSync(join(root, path))) return [];
	if (/\.(test|contract)\.ts$|^src\/lib\/paraglide$/.test(path)) return [];
	const entries = directory(path);
	return entries ? entries.flatMap((name) => filesUnder(`${path}/${name}`)) : [path];
}

/**
 * @param {string} path
 * @returns {string[] | null} null for a file
 */
function directory(path) {
	try {
		return readdirSync(join(root, path));
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return null;
		throw error;
	}
}
