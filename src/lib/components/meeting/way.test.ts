import { describe, expect, test } from 'vitest';
import { pointAt } from '$lib/geo';
import type { RouteMode } from '$lib/meeting';
import { somebody } from './testing';
import { estimateWords, wayTo, wayWords } from './way';

const PLACE = { lat: 52.5, lon: 13.4 };

/** The words for somebody so far south of the place. */
function words(metres: number, routeMode: RouteMode | null = null) {
	const fix = { ...pointAt(PLACE, 180, metres), accuracyM: 8, atMs: 0 };
	const way = wayTo(PLACE, somebody({ fix, routeMode }));
	if (way === null) throw new Error('a position makes a way');
	return { way: wayWords(way, 'en'), estimate: estimateWords(way, 'en') };
}

describe('the way to the meeting place', () => {
	test.each<[number, RouteMode | null, string, string]>([
		[1_400, null, '1.4 km north', 'about 22 min on foot'],
		[1_400, 'foot-walking', '1.4 km north', 'about 22 min on foot'],
		[1_400, 'cycling-regular', '1.4 km north', 'about 7 min by bike'],
		[1_400, 'driving-car', '1.4 km north', 'about 3 min by car'],
		[60, 'driving-car', '60 m north', 'about 1 min by car'],
	])('%i m, %s: %s, %s', (metres, mode, way, estimate) => {
		expect(words(metres, mode)).toEqual({ way, estimate });
	});

	test('whoever is within reach of it is there', () => {
		expect(words(40).way).toBe('At the meeting place');
		expect(words(55).way).toBe('55 m north');
	});

	test('is not known where the person is not', () => {
		expect(wayTo(PLACE, somebody({ fix: null }))).toBeNull();
	});
});
