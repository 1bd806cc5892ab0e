import { expect, test } from 'vitest';
import { ROUTE_MODES, type RouteMode } from './meeting';
import { travelEstimateS } from './travel';

test.each<[RouteMode, number, number]>([
	['foot-walking', 0, 0],
	['foot-walking', 1_400, 1_300],
	['cycling-regular', 4_500, 1_300],
	['driving-car', 11_000, 1_300],
	['driving-car', -1, 0],
])('%s over %i m takes about %i s', (mode, distanceM, seconds) => {
	expect(travelEstimateS(distanceM, mode)).toBeCloseTo(seconds, 6);
});

test('walking takes longest, driving least', () => {
	const times = ROUTE_MODES.map((mode) => travelEstimateS(1_000, mode));
	expect(times).toEqual([...times].sort((a, b) => b - a));
});
