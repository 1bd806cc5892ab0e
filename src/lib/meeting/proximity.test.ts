import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pointAt, type Fix } from '$lib/geo';
import { SHARING_STATES, type SharingState } from './meeting';
import {
	approach,
	APPROACHES,
	judgePress,
	judgeProximity,
	PROXIMITY,
	type Proximity,
	type Sighting,
} from './proximity';

const NOW_MS = Date.parse('2026-11-24T12:00:00Z');
const HOME = { lat: 48, lon: 11 };

interface Apart {
	readonly distanceM: number;
	readonly accuracies?: readonly [number, number];
	readonly agesMs?: readonly [number, number];
	readonly sharing?: readonly [SharingState, SharingState];
}

function pair({ distanceM, accuracies = [5, 5], agesMs = [0, 0], sharing }: Apart) {
	const fix = (at: { lat: number; lon: number }, who: 0 | 1): Fix => ({
		...at,
		accuracyM: accuracies[who],
		atMs: NOW_MS - agesMs[who],
	});
	const [ours, theirs] = sharing ?? (['live', 'live'] as const);
	const a: Sighting = { fix: fix(HOME, 0), sharing: ours };
	const b: Sighting = { fix: fix(pointAt(HOME, 90, distanceM), 1), sharing: theirs };
	return [a, b] as const;
}

function verdict(apart: Apart): string {
	const [a, b] = pair(apart);
	const judged = judgeProximity(a, b, NOW_MS);
	expect(judgeProximity(b, a, NOW_MS).verdict).toBe(judged.verdict);
	return judged.verdict === 'unknown' ? judged.doubt : judged.verdict;
}

describe('M10 within reach', () => {
	test.each<[string, Apart, string]>([
		['good GPS, 50 m', { distanceM: 49.99 }, 'within_reach'],
		['good GPS, farther than its circles', { distanceM: 60.1 }, 'too_far'],
		['accuracies of 35 m each', { distanceM: 69.9, accuracies: [35, 35] }, 'within_reach'],
		['beyond them', { distanceM: 120.1, accuracies: [35, 35] }, 'too_far'],
		['never over 100 m', { distanceM: 99.9, accuracies: [100, 100] }, 'within_reach'],
		['over 100 m', { distanceM: 100.1, accuracies: [100, 100] }, 'weak'],
		['a fix of just under 60 s', { distanceM: 10, agesMs: [59_999, 0] }, 'within_reach'],
		['a fix of 60 s', { distanceM: 10, agesMs: [0, 60_000] }, 'stale'],
		['weak signal and near', { distanceM: 10, sharing: ['weak_signal', 'live'] }, 'within_reach'],
	])('M10 %s', (_, apart, expected) => {
		expect(verdict(apart)).toBe(expected);
	});
});

describe('M11 the words of the distance bar', () => {
	test.each([
		[10_000, 'far'],
		[500.01, 'far'],
		[500, 'close'],
		[150.01, 'close'],
		[150, 'near'],
		[50.01, 'near'],
		[50, 'reach'],
		[0, 'reach'],
	])('M11 %d m is %s', (distance, word) => {
		expect(approach(distance)).toBe(word);
	});

	test('M11 nearer is never a farther word', () => {
		const metres = fc.double({ min: 0, max: 2_000, noNaN: true });
		fc.assert(
			fc.property(metres, metres, (a, b) => {
				const rank = (distance: number) => APPROACHES.indexOf(approach(distance));
				return a <= b ? rank(a) >= rank(b) : rank(b) >= rank(a);
			}),
		);
	});
});

describe('M12 where it can’t be decided', () => {
	test.each<[string, Apart, string]>([
		[
			'paused before stale',
			{ distanceM: 10, agesMs: [0, 90_000], sharing: ['paused', 'live'] },
			'paused',
		],
		['hidden', { distanceM: 900, sharing: ['live', 'hidden'] }, 'paused'],
		['stale before weak', { distanceM: 900, agesMs: [0, 90_000] }, 'stale'],
		['room for 50 m', { distanceM: 149.9, accuracies: [50, 50] }, 'weak'],
		['no room for 50 m', { distanceM: 150.1, accuracies: [50, 50] }, 'too_far'],
		['somebody says it is weak', { distanceM: 900, sharing: ['live', 'weak_signal'] }, 'weak'],
	])('M12 %s', (_, apart, expected) => {
		expect(verdict(apart)).toBe(expected);
	});

	test('M12 a missing fix', () => {
		const [a] = pair({ distanceM: 10 });
		const nowhere = (sharing: SharingState): Sighting => ({ fix: null, sharing });
		expect(judgeProximity(a, nowhere('live'), NOW_MS)).toEqual({
			verdict: 'unknown',
			doubt: 'missing',
			distanceM: null,
		});
		expect(judgeProximity(a, nowhere('paused'), NOW_MS)).toMatchObject({ doubt: 'paused' });
	});
});

describe('a press', () => {
	const reach: Proximity = { verdict: 'within_reach', distanceM: 10, reachM: 50 };
	const far: Proximity = { verdict: 'too_far', distanceM: 900, reachM: 50 };
	const unknown = (doubt: 'missing' | 'stale' | 'paused' | 'weak'): Proximity => ({
		verdict: 'unknown',
		doubt,
		distanceM: null,
	});

	test.each<[string, Proximity, boolean, string]>([
		['M13 "I’m here" within reach', reach, false, 'measured'],
		['M13 "I’m here" too far', far, false, 'TOO_FAR'],
		['M13 "I’m here" with weak GPS', unknown('weak'), false, 'TOO_FAR'],
		['M13 "I’m here" without a fix', unknown('missing'), false, 'NO_RECENT_LOCATION'],
		['M13 "I’m here" with an old fix', unknown('stale'), false, 'NO_RECENT_LOCATION'],
		['M13 "I’m here" paused', unknown('paused'), false, 'NO_RECENT_LOCATION'],
		['M14 "We’ve met anyway" within reach', reach, true, 'measured'],
		['M14 "We’ve met anyway" too far', far, true, 'TOO_FAR'],
		['M14 "We’ve met anyway" with weak GPS', unknown('weak'), true, 'by_hand'],
		['M14 "We’ve met anyway" without a fix', unknown('missing'), true, 'by_hand'],
		['M14 "We’ve met anyway" with an old fix', unknown('stale'), true, 'by_hand'],
		['M14 "We’ve met anyway" paused', unknown('paused'), true, 'by_hand'],
	])('%s', (_, proximity, byHand, expected) => {
		const judged = judgePress(proximity, byHand);
		expect(judged.ok ? judged.value : judged.code).toBe(expected);
	});
});

describe('M10 M14 for any two people', () => {
	const sharing = fc.constantFrom(...SHARING_STATES);
	const accuracy = fc.double({ min: 0.1, max: 100, noNaN: true });
	const age = fc.integer({ min: 0, max: 120_000 });
	const aparts = fc.record<Apart>({
		distanceM: fc.double({ min: 0, max: 1_000, noNaN: true }),
		accuracies: fc.tuple(accuracy, accuracy),
		agesMs: fc.tuple(age, age),
		sharing: fc.tuple(sharing, sharing),
	});

	test('the verdict is the same from both sides, and within reach is never over 100 m', () => {
		fc.assert(
			fc.property(aparts, (apart) => {
				const [a, b] = pair(apart);
				const judged = judgeProximity(a, b, NOW_MS);
				expect(judgeProximity(b, a, NOW_MS)).toEqual(judged);
				if (judged.verdict === 'within_reach')
					expect(judged.distanceM).toBeLessThanOrEqual(PROXIMITY.reachMaxM);
			}),
		);
	});

	test('whoever may press "I’m here" may also press by hand, and nobody who is known to be far', () => {
		fc.assert(
			fc.property(aparts, (apart) => {
				const [a, b] = pair(apart);
				const judged = judgeProximity(a, b, NOW_MS);
				if (judgePress(judged, false).ok) expect(judgePress(judged, true).ok).toBe(true);
				if (judged.verdict === 'too_far') expect(judgePress(judged, true).ok).toBe(false);
			}),
		);
	});
});
