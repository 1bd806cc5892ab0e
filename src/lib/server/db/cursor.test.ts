import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { decodeCursor, encodeCursor, pageOf, pageRows } from './cursor';

test('a cursor reads as it was written, in characters that an address carries', () => {
	const id = randomUUID();
	const cursor = encodeCursor(1_777_636_800_123, id);
	expect(cursor).toMatch(/^[\w-]+$/);
	expect(decodeCursor(cursor)).toEqual({ atMs: 1_777_636_800_123, id });
});

test.each([
	'',
	'nonsense',
	'%00',
	'x'.repeat(10_000),
	Buffer.from('12.not-an-id').toString('base64url'),
	Buffer.from(`-1.${randomUUID()}`).toString('base64url'),
	Buffer.from(`9999999999999999.${randomUUID()}`).toString('base64url'),
	Buffer.from(`NaN.${randomUUID()}`).toString('base64url'),
])('what is no cursor of ours is none: %#', (text) => {
	expect(decodeCursor(text)).toBeNull();
});

test.each([
	[undefined, 20],
	[Number.NaN, 20],
	[0, 1],
	[-5, 1],
	[7.9, 7],
	[100, 100],
	[101, 100],
])('who wishes for %s rows gets %s', (wished, rows) => {
	expect(pageRows(wished)).toBe(rows);
});

test('a page ends where its cursor says, and the last one has none', () => {
	expect(pageOf([3, 2, 1], 2, String)).toEqual({ rows: [3, 2], nextCursor: '2' });
	expect(pageOf([3, 2], 2, String)).toEqual({ rows: [3, 2], nextCursor: null });
	expect(pageOf([], 2, String)).toEqual({ rows: [], nextCursor: null });
});
