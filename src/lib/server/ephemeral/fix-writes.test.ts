import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sharedFixAt } from './ephemeral.contract';
import { createFixWrites, FIX_WRITE_MS, type FixWrite } from './fix-writes';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** How much more than a second it may be: one step. */
const STEP_MS = 50;

function open() {
	const written: number[] = [];
	const writes = createFixWrites((_meeting, _person, fix) => void written.push(fix.lat));
	const keepers = new Map<string, { lat: number; before: FixWrite | null }>();
	function keep(lat: number, personId = 'ana') {
		const person = keepers.get(personId) ?? { lat, before: null };
		keepers.set(personId, person);
		person.lat = lat;
		const keeper = { keep() {}, latest: () => sharedFixAt(0, person.lat) };
		person.before = writes.note('m', personId, keeper, person.before);
	}
	return { written, writes, keep };
}

test('writes the first fix at once and the last of a second after it', () => {
	const { written, keep } = open();
	for (const lat of [1, 2, 3]) keep(lat);
	expect(written).toEqual([1]);
	vi.advanceTimersByTime(FIX_WRITE_MS - 1);
	expect(written).toEqual([1]);
	vi.advanceTimersByTime(STEP_MS + 1);
	expect(written).toEqual([1, 3]);
	keep(4);
	vi.advanceTimersByTime(FIX_WRITE_MS - 1);
	expect(written).toEqual([1, 3]);
	vi.advanceTimersByTime(STEP_MS + 1);
	expect(written).toEqual([1, 3, 4]);
	vi.advanceTimersByTime(FIX_WRITE_MS + STEP_MS);
	expect(vi.getTimerCount()).toBe(0);
});

test('one timer is enough for everybody, and each rests for a second of his own', () => {
	const { written, keep } = open();
	for (let person = 0; person < 40; person++) {
		keep(person, `first of ${person}`);
		vi.advanceTimersByTime(STEP_MS / 2);
	}
	expect(vi.getTimerCount()).toBe(1);
	expect(written).toHaveLength(40);
	for (let person = 0; person < 40; person++) keep(100 + person, `first of ${person}`);
	vi.advanceTimersByTime(FIX_WRITE_MS + STEP_MS);
	expect(written.slice(40).sort((a, b) => a - b)).toEqual(
		Array.from({ length: 40 }, (_, person) => 100 + person),
	);
});

test('of a forgotten person nothing is written, of the others it is', () => {
	const { written, writes, keep } = open();
	for (const lat of [1, 2]) keep(lat);
	for (const lat of [5, 6]) keep(lat, 'ben');
	writes.forget('m', 'ana');
	writes.forget('m', 'nobody');
	vi.advanceTimersByTime(5_000);
	expect(written).toEqual([1, 5, 6]);
	expect(vi.getTimerCount()).toBe(0);
});

test('whoever was forgotten and comes again is written at once', () => {
	const { written, writes, keep } = open();
	keep(1);
	writes.forget('m', 'ana');
	keep(2);
	expect(written).toEqual([1, 2]);
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
