import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sharedFixAt } from './ephemeral.contract';
import { createFixWrites } from './fix-writes';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function open() {
	const written: number[] = [];
	const writes = createFixWrites((_meeting, _person, fix) => void written.push(fix.lat));
	return { written, writes, keep: (lat: number) => writes.keep('m', 'ana', sharedFixAt(0, lat)) };
}

test('writes the first fix at once and the last of a second after it', () => {
	const { written, keep } = open();
	for (const lat of [1, 2, 3]) keep(lat);
	expect(written).toEqual([1]);
	vi.advanceTimersByTime(1_000);
	expect(written).toEqual([1, 3]);
	keep(4);
	vi.advanceTimersByTime(999);
	expect(written).toEqual([1, 3]);
	vi.advanceTimersByTime(1);
	expect(written).toEqual([1, 3, 4]);
	vi.advanceTimersByTime(1_000);
	expect(vi.getTimerCount()).toBe(0);
});

test('of a forgotten person nothing is written, of the others it is', () => {
	const { written, writes, keep } = open();
	for (const lat of [1, 2]) keep(lat);
	for (const lat of [5, 6]) writes.keep('m', 'ben', sharedFixAt(0, lat));
	writes.forget('m', 'ana');
	writes.forget('m', 'nobody');
	vi.advanceTimersByTime(5_000);
	expect(written).toEqual([1, 5, 6]);
	expect(vi.getTimerCount()).toBe(0);
});

test('at its end writes what still waits; of a forgotten meeting nothing', () => {
	const { written, writes, keep } = open();
	for (const lat of [1, 2]) keep(lat);
	expect([...writes.waiting('m').values()].map(({ lat }) => lat)).toEqual([2]);
	writes.flush();
	expect(written).toEqual([1, 2]);
	for (const lat of [3, 4]) keep(lat);
	writes.forget('m');
	vi.advanceTimersByTime(5_000);
	expect(written).toEqual([1, 2, 3]);
	expect(vi.getTimerCount()).toBe(0);
});
