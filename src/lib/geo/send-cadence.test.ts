import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pointAt } from './distance';
import type { Fix } from './position';
import { CADENCE, isDue, sendIntervalMs } from './send-cadence';

const HOME = { lat: 48, lon: 11 };
const START: Fix = { ...HOME, accuracyM: 10, atMs: 1_000_000 };

/** A fix `movedM` metres and `seconds` later than START. */
function later(movedM: number, seconds: number, changes: Partial<Fix> = {}): Fix {
	return {
		...START,
		...pointAt(HOME, 0, movedM),
		atMs: START.atMs + seconds * 1_000,
		...changes,
	};
}

describe('sendIntervalMs', () => {
	test.each<[string, Fix, number | null, number]>([
		['walking far away', later(6, 4), 2_000, CADENCE.walkingMs],
		['walking, the other unknown', later(6, 4), null, CADENCE.walkingMs],
		['walking within 200 m', later(6, 4), 200, CADENCE.nearOrFastMs],
		['walking beyond 200 m', later(6, 4), 200.1, CADENCE.walkingMs],
		['a ride, far away', later(40, 4), 5_000, CADENCE.nearOrFastMs],
		['standing', later(0, 4), 2_000, CADENCE.stillMs],
		['standing near', later(0, 4), 30, CADENCE.stillMs],
		['GPS noise of somebody who stands', later(4, 10), 30, CADENCE.stillMs],
		['the device knows the speed better', later(0, 4, { speedMps: 3 }), 2_000, 1_000],
		['creeping away from where it was sent', later(20, 60), 2_000, CADENCE.walkingMs],
	])('%s', (_, fix, peerDistanceM, expectedMs) => {
		expect(sendIntervalMs({ lastSent: START, fix, peerDistanceM })).toBe(expectedMs);
	});

	test('the first is due at once', () => {
		expect(sendIntervalMs({ lastSent: null, fix: START, peerDistanceM: null })).toBe(0);
	});

	const fixes = fc
		.tuple(
			fc.double({ min: 0, max: 10_000, noNaN: true }),
			fc.double({ min: -5, max: 3_600, noNaN: true }),
			fc.option(fc.double({ min: 0, max: 90, noNaN: true }), { nil: undefined }),
		)
		.map(([movedM, seconds, speedMps]) =>
			later(movedM, seconds, speedMps === undefined ? {} : { speedMps }),
		);
	const distances = fc.option(fc.double({ min: 0, max: 20_000_000, noNaN: true }));

	test('is never under a second and never over 15', () => {
		fc.assert(
			fc.property(fixes, distances, (fix, peerDistanceM) => {
				const intervalMs = sendIntervalMs({ lastSent: START, fix, peerDistanceM });
				return intervalMs >= 1_000 && intervalMs <= 15_000;
			}),
		);
	});

	test('nearer never means more seldom', () => {
		fc.assert(
			fc.property(fixes, distances, distances, (fix, a, b) => {
				const interval = (peerDistanceM: number | null) =>
					sendIntervalMs({ lastSent: START, fix, peerDistanceM });
				const [near, far] = (a ?? Infinity) <= (b ?? Infinity) ? [a, b] : [b, a];
				return interval(near) <= interval(far);
			}),
		);
	});
});

describe('isDue', () => {
	const input = { lastSent: START, fix: later(6, 3), peerDistanceM: 2_000 };

	test.each([
		['nothing was sent yet', null, 0, true],
		['one millisecond too early', 10_000, 12_999, false],
		['in time', 10_000, 13_000, true],
	])('%s', (_, lastSentAtMs, nowMs, due) => {
		expect(isDue(input, lastSentAtMs, nowMs)).toBe(due);
	});
});
