import { FIX_LIMITS } from '$lib/geo';

/** A position as the device gave it: `atMs` is on the device's clock. */
export interface DeviceFix {
	readonly lat: number;
	readonly lon: number;
	readonly accuracyM: number;
	readonly atMs: number;
	readonly headingDeg?: number;
	readonly speedMps?: number;
}

export function deviceFix(coords: GeolocationCoordinates, atMs: number): DeviceFix {
	const { heading, speed } = coords;
	return {
		lat: coords.latitude,
		lon: coords.longitude,
		// Some devices say 0 for "don't know better".
		accuracyM: Math.max(FIX_LIMITS.accuracyMinM, coords.accuracy),
		atMs,
		// NaN at rest, by older editions of the specification.
		...(heading !== null &&
			Number.isFinite(heading) && { headingDeg: ((heading % 360) + 360) % 360 }),
		...(speed !== null && Number.isFinite(speed) && speed >= 0 && { speedMps: speed }),
	};
}

export function isSamePlace(coords: GeolocationCoordinates, seen: DeviceFix | null): boolean {
	return seen !== null && coords.latitude === seen.lat && coords.longitude === seen.lon;
}

/** After a pause browsers may first hand out where the phone was before it. */
const STALE_MS = 15_000;
/** So many old answers in a row are all that the device has. */
const STALE_ANSWERS = 3;

/**
 * Judges the timestamps of one watch. Old fixes are dropped, so that nobody is shown where he was.
 * But where the device has nothing newer even when asked again, its old answer is taken, with its
 * age; and where every answer is old while their times go on, it is the clock of the GPS that is
 * wrong (week rollover): then a fix counts as of its arrival.
 */
export class FixTimes {
	#staleAtMs: readonly number[] = [];
	#clockIsOff = false;

	/** Whether asking again at once may bring something newer. */
	get mayBeNewer(): boolean {
		return this.#staleAtMs.length < STALE_ANSWERS;
	}

	/** The time to take the fix for, or null if it is to be dropped. */
	believed(timestampMs: number, nowMs: number): number | null {
		const ageMs = nowMs - timestampMs;
		if (this.#clockIsOff) return nowMs;
		if (Math.abs(ageMs) <= STALE_MS) {
			this.#staleAtMs = [];
			return Math.min(timestampMs, nowMs);
		}
		const stale = [...this.#staleAtMs, timestampMs].slice(-STALE_ANSWERS);
		this.#staleAtMs = stale;
		if (stale.length < STALE_ANSWERS) return null;
		if (ageMs > 0 && ageMs < FIX_LIMITS.clockToleranceMs) {
			this.#staleAtMs = [];
			return timestampMs;
		}
		this.#clockIsOff = stale.slice(1).every((atMs, index) => atMs > (stale[index] ?? atMs));
		return this.#clockIsOff ? nowMs : null;
	}
}
