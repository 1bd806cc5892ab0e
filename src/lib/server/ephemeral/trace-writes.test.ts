import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createTraceWrites, GATHER_MS } from './trace-writes';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function open() {
	const written: Record<string, Record<string, string>>[] = [];
	const writes = createTraceWrites((meetings) => {
		const together: Record<string, Record<string, string>> = {};
		for (const { meetingId, fields } of meetings) together[meetingId] = Object.fromEntries(fields);
		written.push(together);
	});
	return { written, writes };
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
