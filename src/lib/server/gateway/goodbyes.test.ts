import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sayGoodbyes } from './goodbyes';

let startedAtMs: number;
beforeEach(() => {
	vi.useFakeTimers();
	startedAtMs = performance.now();
});
afterEach(() => void vi.useRealTimers());

/** When each of so many goodbyes is said. */
async function timesOf(count: number, withinMs = 3_000): Promise<number[]> {
	const times: number[] = [];
	const goodbyes = Array.from(
		{ length: count },
		() => () => void times.push(performance.now() - startedAtMs),
	);
	const said = sayGoodbyes(goodbyes, withinMs);
	await vi.runAllTimersAsync();
	await said;
	return times;
}

test('P63 many goodbyes are spread evenly over 3 s', async () => {
	const times = await timesOf(6_000);
	expect(times).toHaveLength(6_000);
	expect(times.at(-1)).toBeLessThanOrEqual(3_000);
	for (let second = 0; second < 3; second++) {
		const inIt = times.filter((atMs) => Math.floor(atMs / 1_000) === second).length;
		expect(inIt).toBeGreaterThan(1_900);
		expect(inIt).toBeLessThan(2_100);
	}
});

test('P63 a few are said quickly, and none at once', async () => {
	expect(Math.max(...(await timesOf(10)))).toBeLessThanOrEqual(100);
	expect(await timesOf(0)).toEqual([]);
});

test('P63 with no time to spread them they are said at once', async () => {
	expect(await timesOf(100, 0)).toEqual(Array(100).fill(0));
});

test('P63 a server that is busy does not take longer for it', async () => {
	let said = 0;
	const goodbyes = Array.from({ length: 1_000 }, () => () => {
		said++;
	});
	const all = sayGoodbyes(goodbyes, 3_000);
	// The loop was stuck: one timer fires, late.
	vi.setSystemTime(Date.now() + 10_000);
	const now = performance.now();
	vi.spyOn(performance, 'now').mockReturnValue(now + 10_000);
	await vi.advanceTimersToNextTimerAsync();
	await all;
	expect(said).toBe(1_000);
	vi.restoreAllMocks();
});
