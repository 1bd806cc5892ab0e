import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LocationWatch } from './geolocation';
import { fakeGeolocation, START_MS, testTime } from './testing';

beforeEach(() => void vi.useFakeTimers({ now: START_MS }));
afterEach(() => void vi.useRealTimers());

function started() {
	const device = fakeGeolocation(testTime());
	const states: string[] = [];
	const location = new LocationWatch(device.env, {
		onFix: () => undefined,
		onState: ({ state }) => states.push(state),
	});
	location.start();
	return { device, location, states };
}

describe('"Try again"', () => {
	test.each([
		['unavailable', 2],
		['timeout', 3],
	])('where the position was %s asks anew at once', (state, code) => {
		const { device, location, states } = started();
		device.fail(code);
		location.start();
		expect(states).toEqual(['asking', state, 'asking']);
		expect([device.watches.size, device.watchesEver()]).toEqual([1, 2]);
		device.fail(code);
		expect(location.state).toEqual({ state });
	});

	test('where the position is coarse asks anew, and tells again if it stays so', () => {
		const { device, location, states } = started();
		device.give({ accuracy: 900 });
		location.start();
		device.give({ accuracy: 900 });
		expect(states).toEqual(['asking', 'approximate', 'asking', 'approximate']);
		expect(device.watchesEver()).toBe(2);
	});

	test('where all is well changes nothing', () => {
		const { device, location, states } = started();
		location.start();
		device.give({});
		location.start();
		expect(states).toEqual(['asking', 'watching']);
		expect(device.watchesEver()).toBe(1);
	});
});

describe('what is left behind', () => {
	test('a question that is never answered does not keep out those of a later watch', () => {
		const { device, location } = started();
		device.give({});
		vi.advanceTimersByTime(10_000);
		expect(device.asked).toHaveLength(1);
		location.rest();
		location.wake();
		device.give({});
		vi.advanceTimersByTime(10_000);
		expect(device.asked).toHaveLength(2);
	});

	test('started while the page goes, no watch is left running; it begins on return', () => {
		const { device, location } = started();
		location.stop();
		location.rest();
		location.start();
		expect(device.watches.size).toBe(0);
		location.wake();
		expect(device.watches.size).toBe(1);
	});

	test('a permission that is back starts nothing that nobody wishes for any more', async () => {
		const { device, location } = started();
		device.fail(1);
		location.stop(); // paused, or waiting at a place set by hand
		device.permission = 'granted';
		await location.recheckPermission();
		expect(location.state).toEqual({ state: 'off' });
		expect(device.watches.size).toBe(0);
	});
});
