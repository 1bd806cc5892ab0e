import { describe, expect, test } from 'vitest';
import { pointAt } from '$lib/geo';
import { glideMs, onLeg } from './interpolate';

const HERE = { lat: 59.9075, lon: 10.7531 };
const AHEAD = pointAt(HERE, 0, 4);

describe('how long a marker glides', () => {
	test.each([
		['one fix a second', AHEAD, 1_000, false, 1_000],
		['several a second: never behind', AHEAD, 200, false, 200],
		['one in fifteen: quickly there', AHEAD, 15_000, false, 1_000],
		['reduced motion: at once', AHEAD, 1_000, true, 0],
		['a leap: no invented way', pointAt(HERE, 0, 5_000), 1_000, false, 0],
		['fixes out of order: at once', AHEAD, -50, false, 0],
	])('%s', (_, to, betweenMs, calm, expected) => {
		expect(glideMs(HERE, to, betweenMs, calm)).toBe(expected);
	});
});

describe('where it is on the way', () => {
	const leg = { from: { lat: 0, lon: 179 }, to: { lat: 10, lon: -179 }, durationMs: 1_000 };
	test.each([
		['before', -5, { lat: 0, lon: 179 }],
		['halfway, across the antimeridian', 500, { lat: 5, lon: 180 }],
		['past it', 750, { lat: 7.5, lon: -179.5 }],
		['after', 1_001, { lat: 10, lon: -179 }],
	])('%s', (_, nowMs, expected) => {
		const at = onLeg({ ...leg, startedAtMs: 0 }, nowMs);
		expect(at.lat).toBeCloseTo(expected.lat, 9);
		expect(Math.abs(at.lon - expected.lon) % 360).toBeCloseTo(0, 9);
	});
});
