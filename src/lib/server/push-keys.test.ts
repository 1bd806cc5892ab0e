import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SILENT } from './log';
import { openVapidKeys } from './push-keys';

let folder: string;
let dataDir: string;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'meetup-push-'));
	dataDir = join(folder, 'not', 'there', 'yet');
});
afterEach(() => rm(folder, { recursive: true }));

test('the keys are made once and kept, for the owner’s eyes only', async () => {
	const first = await openVapidKeys(dataDir, SILENT);
	expect(await openVapidKeys(dataDir, SILENT)).toEqual(first);
	expect(await readdir(dataDir)).toEqual(['vapid.json']);
	expect((await stat(join(dataDir, 'vapid.json'))).mode & 0o777).toBe(0o600);
});

test('20 processes that start at once have the same keys', async () => {
	const all = await Promise.all(Array.from({ length: 20 }, () => openVapidKeys(dataDir, SILENT)));
	expect(new Set(all.map(({ privateKey }) => privateKey)).size).toBe(1);
	expect(await readdir(dataDir)).toEqual(['vapid.json']);
});

test('a damaged file is named, and left as it is', async () => {
	await openVapidKeys(dataDir, SILENT);
	const path = join(dataDir, 'vapid.json');
	for (const text of ['', '{', '[]', '{"publicKey":"AAAA","privateKey":"AAAA"}']) {
		await writeFile(path, text);
		await expect(openVapidKeys(dataDir, SILENT)).rejects.toThrow(path);
		expect(await readFile(path, 'utf8')).toBe(text);
	}
});

test('without a place to keep them they last as long as the process', async () => {
	const first = await openVapidKeys(null, SILENT);
	expect(await openVapidKeys(null, SILENT)).not.toEqual(first);
});
