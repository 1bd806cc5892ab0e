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

/** The part of a fix that is judged. */
export type JudgedFix = Pick<Fix, 'lat' | 'lon' | 'accuracyM' | 'atMs'>;

/**
 * What is remembered of a person to judge the next fix. It changes in place: where thousands of fixes come in a
 * second, objects that outlive theirs cost more than all the judging.
 */
export class Track {
	/** All NaN while there is none. From the start no whole numbers, so that the engine writes them in place. */
	readonly #last = { lat: NaN, lon: NaN, accuracyM: NaN, atMs: NaN };
	/** Consecutive fixes refused against the last one that agree with one another, oldest first. */
	#doubted: JudgedFix[] = NO_DOUBTS;

	/** @param last from where it goes on, if anything is known */
	constructor(last: JudgedFix | null = null) {
		if (last !== null) this.#keep(last);
	}

	/** The last one that was accepted. */
	get last(): JudgedFix | null {
		return this.#isNew() ? null : { ...this.#last };
	}

	/** Whether some were refused since then. */
	get hasDoubts(): boolean {
		return this.#doubted.length > 0;
	}

	/**
	 * Judges one fix against the limits and against those before it, and remembers it; answers why not, or
	 * null. Never throws; NaN counts as out of range. The speed rule takes both accuracies off the
	 * distance, so that a coarse fix is not mistaken for a leap; where one fix went wrong, three that
	 * agree replace it, so that nobody is locked out by his own outlier.
	 */
	judge(fix: JudgedFix, nowMs: number): FixRefusal | null {
		if (!isOnEarth(fix)) return 'position_out_of_range';
		if (!(fix.accuracyM >= FIX_LIMITS.accuracyMinM && fix.accuracyM <= FIX_LIMITS.accuracyMaxM))
			return 'accuracy_out_of_range';
		if (!(Math.abs(fix.atMs - nowMs) <= FIX_LIMITS.clockToleranceMs))
			return 'timestamp_out_of_range';

		const objection = this.#isNew() ? null : objectionAgainst(this.#last, fix);
		if (objection !== null && !this.#isOutvoted(fix)) return objection;
		this.#keep(fix);
		return null;
	}

	#isNew(): boolean {
		return Number.isNaN(this.#last.atMs);
	}

	#keep({ lat, lon, accuracyM, atMs }: JudgedFix): void {
		this.#last.lat = lat;
		this.#last.lon = lon;
		this.#last.accuracyM = accuracyM;
		this.#last.atMs = atMs;
		this.#doubted = NO_DOUBTS;
	}

	/** Whether with this one enough that were refused agree. */
	#isOutvoted({ lat, lon, accuracyM, atMs }: JudgedFix): boolean {
		const fix = { lat, lon, accuracyM, atMs };
		const previous = this.#doubted.at(-1);
		const agrees = previous !== undefined && objectionAgainst(previous, fix) === null;
		this.#doubted = agrees ? [...this.#doubted, fix] : [fix];
		return this.#doubted.length >= FIX_LIMITS.agreeingFixes;
	}
}

const NO_DOUBTS: JudgedFix[] = [];

function objectionAgainst(
	earlier: JudgedFix,
	later: JudgedFix,
): 'older_than_last' | 'too_fast' | null {
	if (later.atMs < earlier.atMs) return 'older_than_last';
	const leapM = distanceM(earlier, later) - earlier.accuracyM - later.accuracyM;
	// Multiplied, not divided: two fixes of one instant may differ by no more than their accuracies.
	const seconds = (later.atMs - earlier.atMs) / 1000;
	return leapM > FIX_LIMITS.speedMaxMps * seconds ? 'too_fast' : null;
}
