import { done, refuse, type Result } from '$lib/result';
import { distanceM } from './distance';
import { isOnEarth, type Fix } from './position';

export const FIX_LIMITS = {
	accuracyMinM: 0.1,
	accuracyMaxM: 100,
	/** A fix may be this far from the server's clock, either way. */
	clockToleranceMs: 5 * 60_000,
	/** Faster than any train people meet from; 300 km/h in metres per second. */
	speedMaxMps: 300 / 3.6,
	/** So many consecutive refused fixes that agree with one another become the new truth. */
	agreeingFixes: 3,
} as const;

/** In the order in which they are checked. */
export const FIX_REFUSALS = [
	'position_out_of_range',
	'accuracy_out_of_range',
	'timestamp_out_of_range',
	'older_than_last',
	'too_fast',
] as const;
export type FixRefusal = (typeof FIX_REFUSALS)[number];

/** What is remembered of a person to judge the next fix. */
export interface Track {
	readonly last: Fix | null;
	/** Consecutive fixes refused against `last` that agree with one another, oldest first. */
	readonly doubted: readonly Fix[];
}

export const NEW_TRACK: Track = { last: null, doubted: [] };

export interface Judgement {
	readonly verdict: Result<Fix, FixRefusal>;
	/** The track to keep, whatever the verdict. */
	readonly track: Track;
}

/**
 * Judges one fix against the limits and against the person's track. Never throws; NaN counts as out
 * of range. The speed rule takes both accuracies off the distance, so that a coarse fix is not
 * mistaken for a leap; where one fix went wrong, three that agree replace it, so that nobody is
 * locked out by his own outlier.
 */
export function acceptFix(track: Track, fix: Fix, nowMs: number): Judgement {
	if (!isOnEarth(fix)) return refused(track, 'position_out_of_range');
	if (!(fix.accuracyM >= FIX_LIMITS.accuracyMinM && fix.accuracyM <= FIX_LIMITS.accuracyMaxM))
		return refused(track, 'accuracy_out_of_range');
	if (!(Math.abs(fix.atMs - nowMs) <= FIX_LIMITS.clockToleranceMs))
		return refused(track, 'timestamp_out_of_range');

	const objection = track.last ? objectionAgainst(track.last, fix) : null;
	if (objection === null) return accepted(fix);

	const previous = track.doubted.at(-1);
	const agrees = previous !== undefined && objectionAgainst(previous, fix) === null;
	const doubted = agrees ? [...track.doubted, fix] : [fix];
	if (doubted.length >= FIX_LIMITS.agreeingFixes) return accepted(fix);
	return { verdict: refuse(objection), track: { last: track.last, doubted } };
}

function accepted(fix: Fix): Judgement {
	return { verdict: done(fix), track: { last: fix, doubted: [] } };
}

function refused(track: Track, code: FixRefusal): Judgement {
	return { verdict: refuse(code), track };
}

function objectionAgainst(earlier: Fix, later: Fix): 'older_than_last' | 'too_fast' | null {
	if (later.atMs < earlier.atMs) return 'older_than_last';
	const leapM = distanceM(earlier, later) - earlier.accuracyM - later.accuracyM;
	// Multiplied, not divided: two fixes of one instant may differ by no more than their accuracies.
	const seconds = (later.atMs - earlier.atMs) / 1000;
	return leapM > FIX_LIMITS.speedMaxMps * seconds ? 'too_fast' : null;
}
