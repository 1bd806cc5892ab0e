import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createTraceWrites, GATHER_MS } from './trace-writes';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function open() {
	const written: Record<string, Record<string, string>>[] = [];
	const answers: (() => void)[] = [];
	const writes = createTraceWrites((meetings) => {
		const together: Record<string, Record<string, string>> = {};
		for (const { meetingId, fields } of meetings) together[meetingId] = Object.fromEntries(fields);
		written.push(together);
		return new Promise<void>((resolve) => answers.push(resolve));
	});
	const answer = async () => {
		for (const settle of answers.splice(0)) settle();
		await vi.advanceTimersByTimeAsync(0);
	};
	return { written, writes, answer };
}

test('what comes within a few milliseconds leaves together, the newest of each field', () => {
	const { written, writes } = open();
	writes.add('m', 'fix:ana', '1');
	writes.add('n', 'fix:ben', '2');
	writes.add('m', 'fix:ana', '3');
	writes.add('m', 'sharing:ana', '4');
	expect(written).toEqual([]);
	vi.advanceTimersByTime(GATHER_MS);
	expect(written).toEqual([{ m: { 'fix:ana': '3', 'sharing:ana': '4' }, n: { 'fix:ben': '2' } }]);
	vi.advanceTimersByTime(1_000);
	expect(written).toHaveLength(1);
	expect(vi.getTimerCount()).toBe(0);
});

test('what is much leaves at once', () => {
	const { written, writes } = open();
	for (let count = 0; count < 1_000; count++) writes.add(`m${count}`, 'fix:ana', '1');
	expect(written.length).toBeGreaterThan(1);
	writes.flush();
	expect(written.reduce((sum, meetings) => sum + Object.keys(meetings).length, 0)).toBe(1_000);
});

test('while nothing is answered no more is written, and only the newest of each field waits', async () => {
	const { written, writes, answer } = open();
	for (let value = 0; value < 10; value++)
		for (let count = 0; count < 1_000; count++) writes.add(`m${count}`, 'fix:ana', String(value));
	const before = written.length;
	expect(before).toBeLessThan(20);
	vi.advanceTimersByTime(60_000);
	expect(written).toHaveLength(before);
	await answer();
	vi.advanceTimersByTime(GATHER_MS);
	const rest = written.slice(before).flatMap((meetings) => Object.values(meetings));
	expect(rest.length).toBeLessThanOrEqual(1_000);
	expect(new Set(rest.map((fields) => fields['fix:ana']))).toContain('9');
	expect(written.at(-1)).toHaveProperty('m999', { 'fix:ana': '9' });
});

test('of a forgotten person or meeting nothing is written', () => {
	const { written, writes } = open();
	for (const field of ['fix:ana', 'mode:ana', 'fix:ben']) writes.add('m', field, '1');
	writes.add('n', 'fix:ana', '2');
	writes.forget('m', ':ana');
	writes.forget('n');
	writes.forget('nothing');
	writes.flush();
	expect(written).toEqual([{ m: { 'fix:ben': '1' } }]);
});
