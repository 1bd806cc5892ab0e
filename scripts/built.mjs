// Makes sure that build/ was made from the sources as they are. Uses nothing that must be installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Not in build/, which is emptied by each build. */
const STAMP = join(root, 'node_modules/.cache/meetup/built');

const SOURCES = [
	...['package-lock.json', 'package.json', 'svelte.config.js', 'tsconfig.json', 'vite.config.ts'],
	...['project.inlang/settings.json', 'scripts/build.mjs', 'scripts/words.mjs'],
	...['src', 'static', 'messages', 'drizzle'],
];

/** Builds unless nothing changed since the last build. Ends the process with a sentence if it fails. */
export function ensureBuilt() {
	const fingerprint = fingerprintOfSources();
	if (existsSync(join(root, 'build/main.js')) && stamp() === fingerprint) return;
	console.log('Building MeetUp (seconds, only after a change) …');
	// An interrupted build must not be taken for a whole one.
	rmSync(STAMP, { force: true });
	const { status } = spawnSync(process.execPath, [join(root, 'scripts/build.mjs')], {
		cwd: root,
		stdio: ['ignore', 'ignore', 'inherit'],
	});
	if (status !== 0) {
		console.error('The build failed: the reason is above.');
		process.exit(1);
	}
	mkdirSync(join(STAMP, '..'), { recursive: true });
	writeFileSync(STAMP, fingerprint);
}

function fingerprintOfSources() {
	const hash = createHash('sha256').update(process.versions.node);
	for (const path of SOURCES.flatMap(filesUnder).sort())
		hash.update(`\0${path}\0`).update(readFileSync(join(root, path)));
	return hash.digest('hex');
}

/** @returns {string[]} */
function filesUnder(path) {
	if (!existsSync(join(root, path))) return [];
	if (/\.(test|contract)\.ts$|^src\/lib\/paraglide$/.test(path)) return [];
	const entries = directory(path);
	return entries ? entries.flatMap((name) => filesUnder(`${path}/${name}`)) : [path];
}

/** @returns {string[] | null} null for a file */
function directory(path) {
	try {
		return readdirSync(join(root, path));
	} catch (error) {
		if (error.code === 'ENOTDIR') return null;
		throw error;
	}
}

function stamp() {
	return existsSync(STAMP) ? readFileSync(STAMP, 'utf8') : null;
}
