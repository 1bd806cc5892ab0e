import { distanceM, type Fix } from '$lib/geo';
import { done, refuse, type Result } from '$lib/result';
import type { SharingState } from './meeting';

export const APPROACHES = ['far', 'close', 'near', 'reach'] as const;
/** The four words of the distance bar: Far away, Getting close, Nearly there, Within reach. */
export type Approach = (typeof APPROACHES)[number];

export const PROXIMITY = {
	closeM: 500,
	nearM: 150,
	reachM: 50,
	/** However coarse two fixes are, beyond this nobody is "here". */
	reachMaxM: 100,
	/** Both fixes must be younger than this to say anything about now. */
	freshMs: 60_000,
} as const;

/** What is known of one person when somebody says "I'm here". */
export interface Sighting {
	readonly fix: Fix | null;
	readonly sharing: SharingState;
}

export type Doubt = 'missing' | 'stale' | 'paused' | 'weak';

export type Proximity =
	| { readonly verdict: 'within_reach'; readonly distanceM: number; readonly reachM: number }
	| { readonly verdict: 'too_far'; readonly distanceM: number; readonly reachM: number }
	/** Nobody can tell: `doubt` says why. The two may still confirm by hand. */
	| { readonly verdict: 'unknown'; readonly doubt: Doubt; readonly distanceM: number | null };

export function approach(distance: number): Approach {
	if (distance <= PROXIMITY.reachM) return 'reach';
	if (distance <= PROXIMITY.nearM) return 'near';
	return distance <= PROXIMITY.closeM ? 'close' : 'far';
}

/** max(50, min(100, accuracyA + accuracyB)) metres (rule M10). */
export function reachM(a: Fix, b: Fix): number {
	return Math.max(PROXIMITY.reachM, Math.min(PROXIMITY.reachMaxM, a.accuracyM + b.accuracyM));
}

/**
 * Whether two people can be taken to stand together at `nowMs`. "weak": the fixes are too coarse to
 * deny it (their circles leave room for 50 m or less) or somebody says his signal is weak.
 */
export function judgeProximity(a: Sighting, b: Sighting, nowMs: number): Proximity {
	if (a.fix === null || b.fix === null)
		return { verdict: 'unknown', doubt: pausedOr([a, b], 'missing'), distanceM: null };
	const distance = distanceM(a.fix, b.fix);
	const unknown = (doubt: Doubt): Proximity => ({
		verdict: 'unknown',
		doubt,
		distanceM: distance,
	});
	if (isPaused(a) || isPaused(b)) return unknown('paused');
	if (!isFresh(a.fix, nowMs) || !isFresh(b.fix, nowMs)) return unknown('stale');
	const reach = reachM(a.fix, b.fix);
	if (distance <= reach) return { verdict: 'within_reach', distanceM: distance, reachM: reach };
	const couldBeHere = distance - a.fix.accuracyM - b.fix.accuracyM <= PROXIMITY.reachM;
	const weak = a.sharing === 'weak_signal' || b.sharing === 'weak_signal';
	if (couldBeHere || weak) return unknown('weak');
	return { verdict: 'too_far', distanceM: distance, reachM: reach };
}

/** How one may press: by the measured distance, or by hand because nothing measured can decide. */
export type Press = 'measured' | 'by_hand';

/**
 * Judges a press of "I'm here" (`byHand`: of "We've met anyway"). Where the distance is known to be
 * within reach a press by hand counts as measured.
 */
export function judgePress(
	proximity: Proximity,
	byHand: boolean,
): Result<Press, 'TOO_FAR' | 'NO_RECENT_LOCATION'> {
	if (proximity.verdict === 'within_reach') return done('measured');
	if (proximity.verdict === 'too_far') return refuse('TOO_FAR');
	if (byHand) return done('by_hand');
	return refuse(proximity.doubt === 'weak' ? 'TOO_FAR' : 'NO_RECENT_LOCATION');
}

function isFresh(fix: Fix, nowMs: number): boolean {
	return nowMs - fix.atMs < PROXIMITY.freshMs;
}

function isPaused({ sharing }: Sighting): boolean {
	return sharing === 'paused' || sharing === 'hidden';
}

function pausedOr(sightings: readonly Sighting[], doubt: Doubt): Doubt {
	return sightings.some(isPaused) ? 'paused' : doubt;
}
