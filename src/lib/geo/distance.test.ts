import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bearingDeg, compassPoint, distanceM, pointAt } from './distance';
import { EARTH_RADIUS_M, isOnEarth, type LatLon } from './position';

const HALF_TURN_M = Math.PI * EARTH_RADIUS_M;

const anywhere = fc.record<LatLon>({
	lat: fc.double({ min: -90, max: 90, noNaN: true }),
	lon: fc.double({ min: -180, max: 180, noNaN: true }),
});
/** Where bearings mean something: not at the poles themselves. */
const offThePoles = anywhere.map(({ lat, lon }) => ({ lat: lat * 0.98, lon }));
const bearings = fc.double({ min: 0, max: 360, maxExcluded: true, noNaN: true });

describe('distanceM', () => {
	test.each([
		['Munich to Berlin', { lat: 48.137, lon: 11.575 }, { lat: 52.52, lon: 13.405 }, 504_200],
		['one degree of the equator', { lat: 0, lon: 0 }, { lat: 0, lon: 1 }, 111_195],
		['across the antimeridian', { lat: 0, lon: 179.5 }, { lat: 0, lon: -179.5 }, 111_195],
		['over the pole', { lat: 89.5, lon: 0 }, { lat: 89.5, lon: 180 }, 111_195],
		['at the pole all longitudes are one', { lat: 90, lon: 0 }, { lat: 90, lon: 123 }, 0],
		['both names of the antimeridian', { lat: 10, lon: 180 }, { lat: 10, lon: -180 }, 0],
		['pole to pole', { lat: 90, lon: 0 }, { lat: -90, lon: 0 }, HALF_TURN_M],
		['antipodes', { lat: 30, lon: 20 }, { lat: -30, lon: -160 }, HALF_TURN_M],
	])('%s', (_, a, b, expectedM) => {
		expect(Math.abs(distanceM(a, b) - expectedM)).toBeLessThan(Math.max(0.001, expectedM / 500));
	});

	test('is symmetric, to the last bit', () => {
		fc.assert(fc.property(anywhere, anywhere, (a, b) => distanceM(a, b) === distanceM(b, a)));
	});

	test('is 0 from a point to itself and never more than half way round the earth', () => {
		fc.assert(
			fc.property(anywhere, anywhere, (a, b) => {
				expect(distanceM(a, a)).toBe(0);
				expect(distanceM(a, b)).toBeGreaterThanOrEqual(0);
				expect(distanceM(a, b)).toBeLessThanOrEqual(HALF_TURN_M + 0.001);
			}),
		);
	});

	test('no detour is shorter', () => {
		fc.assert(
			fc.property(
				anywhere,
				anywhere,
				anywhere,
				// Near the antipode the haversine formula is good to about a metre.
				(a, b, c) => distanceM(a, c) <= distanceM(a, b) + distanceM(b, c) + 2,
			),
		);
	});

	test('does not depend on where the meridians begin', () => {
		const turn = fc.double({ min: -360, max: 360, noNaN: true });
		fc.assert(
			fc.property(anywhere, anywhere, turn, (a, b, turnDeg) => {
				const turned = (point: LatLon) => ({ lat: point.lat, lon: point.lon + turnDeg });
				expect(Math.abs(distanceM(a, b) - distanceM(turned(a), turned(b)))).toBeLessThan(2);
			}),
		);
	});
});

describe('bearingDeg', () => {
	test.each([
		['north', { lat: 1, lon: 0 }, 0],
		['east', { lat: 0, lon: 1 }, 90],
		['south', { lat: -1, lon: 0 }, 180],
		['west', { lat: 0, lon: -1 }, 270],
		['nowhere', { lat: 0, lon: 0 }, 0],
	])('%s of the origin', (_, to, expectedDeg) => {
		expect(bearingDeg({ lat: 0, lon: 0 }, to)).toBeCloseTo(expectedDeg, 9);
	});

	test('takes the short way over the antimeridian', () => {
		expect(bearingDeg({ lat: 0, lon: 179 }, { lat: 0, lon: -179 })).toBeCloseTo(90);
		expect(bearingDeg({ lat: 0, lon: -179 }, { lat: 0, lon: 179 })).toBeCloseTo(270);
	});

	test('is always in [0, 360)', () => {
		fc.assert(
			fc.property(anywhere, anywhere, (a, b) => {
				const bearing = bearingDeg(a, b);
				return bearing >= 0 && bearing < 360;
			}),
		);
	});
});

describe('pointAt', () => {
	const walks = fc.double({ min: 0, max: 1_000_000, noNaN: true });

	test('lies on the earth, as far as was asked', () => {
		fc.assert(
			fc.property(anywhere, bearings, walks, (from, bearing, distance) => {
				const there = pointAt(from, bearing, distance);
				expect(isOnEarth(there)).toBe(true);
				expect(there.lon).toBeLessThan(180);
				// asin loses half of its digits beside the poles: up to a decimetre.
				expect(Math.abs(distanceM(from, there) - distance)).toBeLessThan(0.2);
			}),
		);
	});

	test('is the inverse of distanceM and bearingDeg', () => {
		fc.assert(
			fc.property(
				offThePoles,
				bearings,
				fc.double({ min: 1, max: 100_000, noNaN: true }),
				(from, bearing, distance) => {
					const there = pointAt(from, bearing, distance);
					const again = pointAt(from, bearingDeg(from, there), distanceM(from, there));
					expect(distanceM(there, again)).toBeLessThan(0.05);
				},
			),
		);
	});

	test('crosses the antimeridian and the pole', () => {
		expect(pointAt({ lat: 0, lon: 179.9 }, 90, 22_239).lon).toBeCloseTo(-179.9, 3);
		const beyond = pointAt({ lat: 89.9, lon: 10 }, 0, 22_239);
		expect(beyond.lat).toBeCloseTo(89.9, 3);
		expect(beyond.lon).toBeCloseTo(-170, 3);
	});
});

describe('compassPoint', () => {
	test.each([
		[0, 'north'],
		[22.4, 'north'],
		[22.6, 'north_east'],
		[90, 'east'],
		[135, 'south_east'],
		[180, 'south'],
		[225, 'south_west'],
		[270, 'west'],
		[337.4, 'north_west'],
		[337.6, 'north'],
		[360, 'north'],
		[-90, 'west'],
		[810, 'east'],
	])('%d° is %s', (bearing, point) => {
		expect(compassPoint(bearing)).toBe(point);
	});
});
