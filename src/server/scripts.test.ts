import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { fetchBrowser, findBrowser } from '../../scripts/browser.mjs';
import { isStamped, stamped } from '../../scripts/built.mjs';
import { fitsNode, inWords } from '../../scripts/installed.mjs';

const Engines = z.object({ engines: z.object({ node: z.string() }) });

/* What `npm start` and `npm test` decide before anything runs. */
let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'meetup-scripts-'))));
afterEach(() => rmSync(folder, { recursive: true }));

describe('Node', () => {
	const range = enginesOf('package.json');

	test('package.json and package-lock.json agree', () => {
		expect(enginesOf('package-lock.json')).toBe(range);
	});

	test.each([
		['18.20.4', false],
		['20.18.3', false],
		['20.19.0', true],
		['20.20.1', true],
		['21.7.3', false],
		['22.12.0', false],
		['22.13.0', true],
		['22.22.0', true],
		['23.11.1', false],
		['24.0.0', true],
		['26.1.0', true],
	])('%s: %s', (version, fits) => {
		expect(fitsNode(version, range)).toBe(fits);
	});

	test('the sentence names the same lines', () => {
		expect(inWords(range)).toBe('20 from 20.19 on, or 22 from 22.13 on, or 24 or newer');
	});

	test('a range this can’t read is no silent yes', () => {
		expect(() => fitsNode('20.19.0', '20.x')).toThrow('engines.node has "20.x"');
	});
});

describe('the browser', () => {
	/** Where the libraries are missing, the loader ends it with 127. */
	function program(name: string, exitCode: number): string {
		const path = join(folder, name);
		writeFileSync(path, `#!/bin/sh\n[ "$1" = --version ] && exit ${exitCode}\nexit 99\n`);
		chmodSync(path, 0o755);
		return path;
	}

	test('one that does not start is passed over for the next', () => {
		const [broken, good] = [program('downloaded', 127), program('chromium', 0)];
		expect(findBrowser('', [join(folder, 'nowhere'), broken, good])).toBe(good);
		expect(findBrowser('', [broken])).toBeNull();
	});

	test('the one that is named is the only one, and must start too', () => {
		const [broken, good] = [program('named', 127), program('chromium', 0)];
		expect(findBrowser(broken, [good])).toBeNull();
		expect(findBrowser(good, [])).toBe(good);
	});

	test('a download that does not start leads on to the next way', () => {
		vi.spyOn(console, 'log').mockImplementation(() => undefined);
		const places: string[] = [];
		const ways = [
			() => places.push(program('downloaded', 127)),
			() => places.push(program('chromium', 0)),
			() => expect.unreachable('the second way was enough'),
		];
		expect(fetchBrowser(ways, () => findBrowser('', places))).toBe(join(folder, 'chromium'));
		vi.restoreAllMocks();
	});
});

describe('the build', () => {
	let sources: string;
	let stamp: string;
	const fingerprint = () => sources;
	const builds = (build: () => Promise<void>) => stamped(build, stamp, fingerprint);
	beforeEach(() => {
		sources = 'as they are';
		stamp = join(folder, 'cache/built');
	});

	test('is noted when it is through, and not a moment earlier', async () => {
		for (let time = 1; time <= 2; time++) {
			await builds(async () => expect(existsSync(stamp)).toBe(false));
			expect(isStamped(stamp, fingerprint)).toBe(true);
		}
	});

	test('one that breaks off takes the note of the one before with it', async () => {
		await builds(async () => undefined);
		await expect(builds(() => Promise.reject(new Error('a mistake')))).rejects.toThrow();
		expect(isStamped(stamp, fingerprint)).toBe(false);
	});

	test('is another one once the sources are others, also while it runs', async () => {
		await builds(async () => undefined);
		sources = 'edited';
		expect(isStamped(stamp, fingerprint)).toBe(false);
		await builds(async () => void (sources = 'edited again'));
		expect(isStamped(stamp, fingerprint)).toBe(false);
	});

	test('is noted by whoever builds, as `npm test` does', () => {
		expect(readFileSync('scripts/build.mjs', 'utf8')).toMatch(/^await stamped\(/m);
	});
});

function enginesOf(file: 'package.json' | 'package-lock.json'): string {
	const read: unknown = JSON.parse(readFileSync(file, 'utf8'));
	const ours =
		file === 'package.json'
			? Engines.parse(read)
			: z.object({ packages: z.object({ '': Engines }) }).parse(read).packages[''];
	return ours.engines.node;
}
