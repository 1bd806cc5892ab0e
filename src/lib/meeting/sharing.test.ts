import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SHARING_STATES, type SharingState } from './meeting';
import {
	changeSharing,
	gives,
	isOvertaken,
	RECIPROCITY_GRACE_MS,
	sees,
	type Sharing,
} from './sharing';

const NOW_MS = 1_000_000;
const LIVE: Sharing = { state: 'live', sinceMs: 0 };

test.each<[SharingState, boolean]>([
	['live', true],
	['weak_signal', true],
	['paused', false],
	['hidden', false],
])('M20 %s gives positions: %s', (state, expected) => {
	expect(gives(state)).toBe(expected);
});

describe('M21 who does not give', () => {
	const paused = changeSharing(LIVE, 'paused', NOW_MS);

	test.each([
		[0, true],
		[59_999, true],
		[60_000, false],
		[3_600_000, false],
	])('sees after %i ms: %s', (laterMs, expected) => {
		expect(sees(paused, NOW_MS + laterMs)).toBe(expected);
	});

	test('going from paused to hidden does not start the grace anew', () => {
		const hidden = changeSharing(paused, 'hidden', NOW_MS + 59_000);
		expect(hidden).toMatchObject({ state: 'hidden', sinceMs: NOW_MS });
		expect(sees(hidden, NOW_MS + 60_000)).toBe(false);
	});

	test('sees again as soon as he gives again', () => {
		const back = changeSharing(paused, 'weak_signal', NOW_MS + 500_000);
		expect(sees(back, NOW_MS + 500_000)).toBe(true);
	});

	test('what he says later is known as such, also on a server whose clock is behind', () => {
		const back = changeSharing(paused, 'live', NOW_MS - 5_000);
		expect(isOvertaken(paused, back)).toBe(true);
		expect(isOvertaken(back, paused)).toBe(false);
		expect(isOvertaken(LIVE, paused)).toBe(true); // nobody said that
		expect(isOvertaken(paused, null)).toBe(false);
	});

	test('whatever he says in between, he never sees for longer than the grace without giving', () => {
		const words = fc.array(
			fc.record({
				state: fc.constantFrom(...SHARING_STATES),
				pauseMs: fc.integer({ min: 0, max: 90_000 }),
			}),
		);
		fc.assert(
			fc.property(words, (said) => {
				let sharing = LIVE;
				let nowMs = NOW_MS;
				let stoppedAtMs: number | null = null;
				for (const { state, pauseMs } of said) {
					nowMs += pauseMs;
					if (gives(state)) stoppedAtMs = null;
					else stoppedAtMs ??= nowMs;
					sharing = changeSharing(sharing, state, nowMs);
					const isBlind = stoppedAtMs !== null && nowMs - stoppedAtMs >= RECIPROCITY_GRACE_MS;
					expect(sees(sharing, nowMs)).toBe(!isBlind);
				}
			}),
		);
	});
});
