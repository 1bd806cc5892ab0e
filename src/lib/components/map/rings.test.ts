import { expect, test } from 'vitest';
import { ringsFor, roundLengthText, scaleBar } from './rings';

test.each([
	['street, one person alone', 0.6, 400, [50, 150]],
	['two people a few streets apart', 3, 400, [500, 1_000]],
	['two ends of a town', 20, 400, [5_000]],
	['two countries', 2_000, 400, [500_000]],
	['the whole world', 60_000, 400, [5_000_000]],
	['not laid out yet', 0, 400, []],
])('rings that fit: %s', (_, metresPerPx, viewPx, radii) => {
	expect(ringsFor(metresPerPx, viewPx)).toEqual(radii);
});

test('there are never more than three', () => {
	for (let metresPerPx = 0.1; metresPerPx < 100_000; metresPerPx *= 1.3)
		expect(ringsFor(metresPerPx, 2_000).length).toBeLessThanOrEqual(3);
});

test.each([
	[1, 100, 100],
	[0.6, 100, 50],
	[3, 100, 200],
	[1_000, 100, 100_000],
])('a scale of %f m per pixel in %i px is %i m long', (metresPerPx, maxPx, lengthM) => {
	const bar = scaleBar(metresPerPx, maxPx);
	expect(bar.lengthM).toBe(lengthM);
	expect(bar.widthPx).toBeCloseTo(lengthM / metresPerPx, 6);
	expect(bar.widthPx).toBeLessThanOrEqual(maxPx);
});

test.each([
	[50, '50 m'],
	[1_000, '1 km'],
	[5_000_000, '5,000 km'],
])('%i m is written %s', (lengthM, text) => {
	expect(roundLengthText(lengthM, 'en-GB')).toBe(text);
});
