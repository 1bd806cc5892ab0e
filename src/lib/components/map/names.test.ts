import { describe, expect, test } from 'vitest';
import type { Between, PersonView } from '$lib/client/live-view';
import { figureOf, markerChip, markerName } from './names';

const BEN: PersonView = {
	id: 'ben',
	name: 'Ben',
	isSelf: false,
	presence: 'online',
	sharing: 'live',
	fix: { lat: 59.9, lon: 10.7, accuracyM: 11.2, atMs: 0 },
	ageMs: 4_000,
	isOld: false,
	routeMode: null,
};
const BETWEEN: Between = {
	distanceM: 322,
	bearingDeg: 45,
	compass: 'north_east',
	approach: 'close',
	progress: 0.5,
};

describe('a marker in words', () => {
	test.each<[string, Partial<PersonView>, string]>([
		['live', {}, 'Ben, 320 m north-east, 4 s ago'],
		[
			'old',
			{ isOld: true, ageMs: 45_000 },
			'Ben, 320 m north-east, 45 s ago, No new position for 45 s',
		],
		['paused', { sharing: 'paused' }, 'Ben, 320 m north-east, 4 s ago, Sharing paused'],
		['hidden', { sharing: 'hidden' }, /* as the list says it */ 'Screen off or in another app'],
		['offline', { presence: 'offline' }, 'Not connected'],
		['weak', { sharing: 'weak_signal' }, 'Weak GPS'],
		['yourself', { isSelf: true, name: 'Ana' }, 'Ana (you), accurate to 12 m'],
	])('%s', (_, changed, words) => {
		expect(markerName({ ...BEN, ...changed }, BETWEEN, 'en-GB')).toContain(words);
	});

	test('without a distance it still says who and when', () => {
		expect(markerName(BEN, null, 'en-GB')).toBe('Ben, 4 s ago');
	});
});

describe('what is shown says why it is not live', () => {
	test.each<[string, Partial<PersonView>, string, string | null]>([
		['live', {}, 'live', null],
		['old', { isOld: true, ageMs: 45_000 }, 'old', '45 s ago'],
		['weak', { sharing: 'weak_signal' }, 'live', 'Weak GPS'],
		['paused', { sharing: 'paused' }, 'ghost', 'Paused · 4 s ago'],
		['hidden', { sharing: 'hidden' }, 'ghost', 'Screen off · 4 s ago'],
		['offline', { presence: 'offline', isOld: true }, 'ghost', 'Not connected · 4 s ago'],
		[
			'set by hand',
			{ fix: { lat: 1, lon: 2, accuracyM: 20, atMs: 0, manual: true } },
			'live',
			'Set by hand',
		],
	])('%s', (_, changed, figure, chip) => {
		const person = { ...BEN, ...changed };
		expect(figureOf(person)).toBe(figure);
		expect(markerChip(person, 'en-GB')).toBe(chip);
	});
});
