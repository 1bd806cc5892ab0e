import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { DeviceFix } from './device-fix';
import { LocationWatch, WATCH } from './geolocation';
import { fakeGeolocation, positionError, START_MS, testTime } from './testing';

beforeEach(() => void vi.useFakeTimers({ now: START_MS }));
afterEach(() => void vi.useRealTimers());

function watching(changes: { isSecure?: boolean; hasNone?: boolean } = {}) {
	const device = fakeGeolocation(testTime());
	const states: string[] = [];
	const fixes: DeviceFix[] = [];
	const { isSecure = true, hasNone = false } = changes;
	const env = { ...device.env, isSecure, ...(hasNone && { geolocation: null }) };
	const location = new LocationWatch(env, {
		onFix: (fix) => fixes.push(fix),
		onState: ({ state }) => states.push(state),
	});
	return { device, location, states, fixes };
}

describe('what it says of itself', () => {
	test('off, asking, watching', () => {
		const { device, location, states } = watching();
		expect(location.state).toEqual({ state: 'off' });
		location.start();
		device.give({});
		device.give({});
		expect(states).toEqual(['asking', 'watching']);
	});

	test.each([
		[{ hasNone: true }, 'unsupported'],
		[{ isSecure: false }, 'insecure'],
	])('%o is %s', (changes, state) => {
		const { location, device } = watching(changes);
		location.start();
		expect(location.state).toEqual({ state });
		expect(device.watches.size).toBe(0);
	});

	test.each([
		[1, 'denied'],
		[2, 'unavailable'],
		[3, 'timeout'],
	])('error %i before any fix is %s', (code, state) => {
		const { location, device } = watching();
		location.start();
		device.fail(code);
		expect(location.state).toEqual({ state });
	});

	test('a coarse position is approximate, with its radius', () => {
		const { location, device, fixes } = watching();
		location.start();
		device.give({ accuracy: 2_000 });
		expect(location.state).toEqual({ state: 'approximate', accuracyM: 2_000 });
		expect(fixes).toHaveLength(1);
		device.give({ accuracy: 100 });
		expect(location.state).toEqual({ state: 'watching' });
	});

	test('stopped it is off and lets the device rest', () => {
		const { location, device } = watching();
		location.start();
		device.give({});
		location.stop();
		expect(location.state).toEqual({ state: 'off' });
		vi.advanceTimersByTime(60_000);
		expect([device.watches.size, device.asked.length]).toEqual([0, 0]);
	});
});

describe('errors', () => {
	test('one is not fatal while a fix was seen recently', () => {
		const { location, device, fixes } = watching();
		location.start();
		device.give({});
		vi.advanceTimersByTime(5_000);
		device.fail(2);
		expect(location.state).toEqual({ state: 'watching' });
		device.give({});
		expect(fixes).toHaveLength(2);
		expect(device.watchesEver()).toBe(1);
	});

	test.each([2, 3])('after error %i the watch is begun anew unless a fix comes first', (code) => {
		const { location, device } = watching();
		location.start();
		device.fail(code);
		vi.advanceTimersByTime(3_000);
		expect([device.watches.size, device.watchesEver()]).toEqual([1, 2]);
		device.give({});
		expect(location.state).toEqual({ state: 'watching' });
		vi.advanceTimersByTime(3_000);
		expect(device.watchesEver()).toBe(2);
	});

	test('once the last fix is old they count', () => {
		const { location, device } = watching();
		location.start();
		device.give({});
		vi.advanceTimersByTime(21_000);
		device.fail(3);
		expect(location.state).toEqual({ state: 'timeout' });
	});

	test('denied ends the watch until the permission is back', async () => {
		const { location, device } = watching();
		location.start();
		device.give({});
		device.fail(1);
		expect(location.state).toEqual({ state: 'denied' });
		vi.advanceTimersByTime(60_000);
		expect(device.watches.size).toBe(0);
		device.permission = 'granted';
		await location.recheckPermission();
		device.give({});
		expect(location.state).toEqual({ state: 'watching' });
	});

	test('a permission that was taken away in the settings is noticed', async () => {
		const { location, device } = watching();
		location.start();
		device.give({});
		device.permission = 'denied';
		await location.recheckPermission();
		expect(location.state).toEqual({ state: 'denied' });
	});

	test('a refusal that was reset can be asked again', async () => {
		const { location, device } = watching();
		location.start();
		device.fail(1);
		await location.recheckPermission();
		expect(location.state).toEqual({ state: 'off' });
	});
});

describe('fixes', () => {
	test('carry what the device knows and nothing it does not', () => {
		const { location, device, fixes } = watching();
		location.start();
		device.give({ latitude: 1, longitude: 2, accuracy: 0, heading: 360, speed: 1.2 });
		device.give({ heading: NaN, speed: null });
		expect(fixes).toEqual([
			{ lat: 1, lon: 2, accuracyM: 0.1, atMs: START_MS, headingDeg: 0, speedMps: 1.2 },
			{ lat: 48, lon: 11, accuracyM: 10, atMs: START_MS },
		]);
	});

	test('a stale first one is dropped and a fresh one asked for', () => {
		const { location, device, fixes } = watching();
		location.start();
		device.give({}, START_MS - 15_001);
		expect(fixes).toEqual([]);
		expect(device.asked).toHaveLength(1);
		device.asked[0]?.success(device.position({ latitude: 9 }));
		expect(fixes).toMatchObject([{ lat: 9, atMs: START_MS }]);
	});

	test('where the device has nothing newer, its old one is taken with its age', () => {
		const { location, device, fixes } = watching();
		location.start();
		const old = device.position({}, START_MS - 40_000);
		device.give({}, START_MS - 40_000);
		device.asked[0]?.success(old);
		device.asked[1]?.success(old);
		expect(fixes).toMatchObject([{ atMs: START_MS - 40_000 }]);
	});

	test('a position from last week is never shown, however often it is told', () => {
		const { location, device, fixes } = watching();
		location.start();
		const old = device.position({}, START_MS - 7 * 86_400_000);
		device.give({}, old.timestamp);
		for (let turn = 0; turn < 10; turn++) {
			device.asked[turn]?.success(old);
			vi.advanceTimersByTime(10_000);
		}
		expect(fixes).toEqual([]);
		expect(device.asked.length).toBeGreaterThan(5);
	});

	test('a GPS clock that is wrong by years but goes on locks nobody out', () => {
		const { location, device, fixes } = watching();
		location.start();
		const years = 619_315_200_000;
		device.give({}, Date.now() - years);
		vi.advanceTimersByTime(1_000);
		device.give({}, Date.now() - years);
		vi.advanceTimersByTime(1_000);
		device.give({}, Date.now() - years);
		device.give({}, Date.now() - years);
		expect(fixes).toMatchObject([{ atMs: START_MS + 2_000 }, { atMs: START_MS + 2_000 }]);
	});

	test('a device clock that is a little ahead gives no fix from the future', () => {
		const { location, device, fixes } = watching();
		location.start();
		device.give({}, START_MS + 900);
		expect(fixes).toMatchObject([{ atMs: START_MS }]);
	});

	test('somebody who stands still is asked for again when nothing came for 10 s', () => {
		const { location, device, fixes } = watching();
		location.start();
		vi.advanceTimersByTime(30_000);
		expect(device.asked).toEqual([]); // the browser's own question is still open
		device.give({});
		vi.advanceTimersByTime(10_000);
		expect(device.asked).toHaveLength(1);
		device.asked[0]?.success(device.position({}));
		vi.advanceTimersByTime(10_000);
		device.asked[1]?.error(positionError(3));
		expect(fixes).toHaveLength(2);
		expect(location.state).toEqual({ state: 'watching' });
	});

	test('whoever stands still is there as of now when the device, asked from scratch, says the same', () => {
		const { location, device, fixes } = watching();
		location.start();
		device.give({});
		vi.advanceTimersByTime(10_000);
		device.asked[0]?.error(positionError(3));
		vi.advanceTimersByTime(WATCH.breathMs);
		expect([device.watches.size, device.watchesEver()]).toEqual([1, 2]);
		device.give({}, START_MS);
		expect(fixes).toMatchObject([{ atMs: START_MS }, { lat: 48, atMs: Date.now() }]);
	});

	test.each([
		['was walking when last seen', { speed: 1.4 }, {}],
		['is somewhere else by now', {}, { latitude: 49 }],
	])('an old answer is not taken for now where the person %s', (_, before, after) => {
		const { location, device, fixes } = watching();
		location.start();
		device.give(before);
		vi.advanceTimersByTime(20_000);
		device.asked[0]?.error(positionError(3));
		vi.advanceTimersByTime(3_000);
		device.give(after, START_MS);
		expect(fixes.filter(({ atMs }) => atMs > START_MS)).toEqual([]);
	});

	test('after the page was hidden an old answer is never taken for now', () => {
		const { location, device, fixes } = watching();
		location.start();
		device.give({});
		vi.advanceTimersByTime(10_000);
		location.rest();
		vi.advanceTimersByTime(60_000);
		location.wake();
		device.give({}, START_MS);
		device.asked.at(-1)?.error(positionError(3));
		expect(fixes.map(({ atMs }) => atMs)).toEqual([START_MS, START_MS]);
	});

	test('the watch is let go while the page hides and begun anew when it is back', () => {
		const { location, device, states } = watching();
		location.start();
		device.give({});
		location.rest();
		expect(device.watches.size).toBe(0);
		location.wake();
		expect([device.watches.size, device.watchesEver()]).toEqual([1, 2]);
		expect(states).toEqual(['asking', 'watching']);
		location.stop();
		location.wake();
		expect(device.watches.size).toBe(0);
	});
});
