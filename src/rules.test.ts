import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readTitles, type Title } from '../tests/support/read-titles';

/* Rules and tests are held together by name: no rule without a test, and no test of a rule that is none. */
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DOCUMENTS = [
	{ path: 'PROTOCOL.md', letters: 'PI', atLeast: 50 },
	{ path: 'src/lib/meeting/SPEC.md', letters: 'MR', atLeast: 15 },
];
const TESTS = /\.(test|spec|contract)\.ts$/;

function rulesOf({ path, letters }: (typeof DOCUMENTS)[number]): string[] {
	const page = readFileSync(join(ROOT, path), 'utf8');
	return [...page.matchAll(/^- \*\*([A-Z]\d+)\*\*/gm)]
		.flatMap(([, rule]) => rule ?? [])
		.filter((rule) => letters.includes(rule.charAt(0)));
}

function titles(): Title[] {
	return ['src', 'tests'].flatMap((folder) =>
		readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
			.filter((name) => TESTS.test(name))
			.map((name) => join(folder, name))
			.flatMap((path) => readTitles({ path, text: readFileSync(join(ROOT, path), 'utf8') })),
	);
}

/** The ids that a name opens with: mostly one, now and then `P27 P24`. */
function opening(text: string): string[] {
	const [ids = ''] = /^(?:[PIMR]\d+[ ,:]+)*(?:[PIMR]\d+\b)?/.exec(text) ?? [];
	return ids.match(/[PIMR]\d+/g) ?? [];
}

const all = titles();

test.each(DOCUMENTS)('every rule of $path has a test whose name opens with it', (document) => {
	const rules = rulesOf(document);
	expect(rules.length).toBeGreaterThan(document.atLeast);
	expect(new Set(rules).size).toBe(rules.length);
	const tested = new Set(
		all.filter(({ kind }) => kind === 'test').flatMap(({ text }) => opening(text)),
	);
	expect(rules.filter((rule) => !tested.has(rule))).toEqual([]);
});

test('no test, and no group of tests, opens with a rule that is not written down', () => {
	const rules = new Set(DOCUMENTS.flatMap(rulesOf));
	const strangers = all.filter(({ text }) => opening(text).some((rule) => !rules.has(rule)));
	expect(strangers).toEqual([]);
});

describe('names are read from the syntax', () => {
	const read = (text: string) =>
		readTitles({ path: 'x.test.ts', text }).map(({ kind, text: title }) => `${kind} ${title}`);

	test.each([
		["test('P1 a', () => {})", ['test P1 a']],
		["test('P1 a', { timeout: 1 }, () => {})", ['test P1 a']],
		["it.each([1])('P1 a %s', () => {})", ['test P1 a %s']],
		["test.each<[string]>([['P9 x']])('P1 a', () => {})", ['test P1 a']],
		["test.each([['P1 a', 1], ['P2 b', 2]])('%s c', () => {})", ['test P1 a c', 'test P2 b c']],
		["test.skipIf(a).for([1])('P1 a', () => {})", ['test P1 a']],
		['test(`P1 ${a} b`, () => {})', ['test P1 ']],
		["describe('P1 a', () => { test('P2 b', () => {}) })", ['group P1 a', 'test P2 b']],
		["// test('P1 a', () => {})", []],
		['expect("test(\'P1 a\', () => {})").toBe(1)', []],
		["note('P1 a', () => {})", []],
		["/x/.test('P1 a')", []],
	])('%s', (text, expected) => {
		expect(read(text)).toEqual(expected);
	});

	test.each([
		['P1 a', ['P1']],
		['P27 P24 a', ['P27', 'P24']],
		['M3, M4: a', ['M3', 'M4']],
		['a P1', []],
		['P26', ['P26']],
		['PGlite a', []],
	])('%s opens with %j', (text, expected) => {
		expect(opening(text)).toEqual(expected);
	});
});
