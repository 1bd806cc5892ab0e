import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { distanceM } from '$lib/geo';
import { circleRing, lonNear } from './circle';

describe('an accuracy circle', () => {
	const place = fc.record({
		lat: fc.double({ min: -85, max: 85, noNaN: true }),
		lon: fc.double({ min: -180, max: 180, noNaN: true }),
	});

	property.prop([place, fc.double({ min: 1, max: 100_000, noNaN: true })])(
		'is as wide as the accuracy, everywhere on earth',
		(centre, radiusM) => {
			for (const [lon, lat] of circleRing(centre, radiusM))
				expect(distanceM(centre, { lat, lon }) / radiusM).toBeCloseTo(1, 3);
		},
	);

	property.prop([place])('never jumps around the world between two corners', (centre) => {
		const ring = circleRing(centre, 100);
		ring.slice(1).forEach(([lon], index) => {
			expect(Math.abs(lon - (ring[index]?.[0] ?? NaN))).toBeLessThan(10);
		});
	});

	test('is closed and counter-clockwise, as GeoJSON wants it', () => {
		const ring = circleRing({ lat: 52, lon: 13 }, 50, 8);
		expect(ring).toHaveLength(9);
		expect(ring.at(-1)).toEqual(ring[0]);
		const turns = ring.slice(1).map(([lon, lat], index) => {
			const [fromLon, fromLat] = ring[index] ?? [NaN, NaN];
			return fromLon * lat - lon * fromLat;
		});
		expect(turns.reduce((sum, turn) => sum + turn, 0)).toBeGreaterThan(0);
	});
});

test.each([
	[179.9, -179.9, -180.1],
	[-179.9, 179.9, 180.1],
	[10, 20, 10],
	[370, 0, 10],
])('longitude %f near %f is %f', (lon, near, expected) => {
	expect(lonNear(lon, near)).toBeCloseTo(expected, 9);
});
