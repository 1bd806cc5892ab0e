import { distanceM, type LatLon } from '$lib/geo';
import { lonNear } from './circle';

/** One stretch of a marker's way between two fixes. */
export interface Leg {
	readonly from: LatLon;
	readonly to: LatLon;
	readonly startedAtMs: number;
	readonly durationMs: number;
}

const LONGEST_MS = 1_000;
/** Farther than anybody goes between two fixes: a glide would invent a way nobody took. */
const LEAP_M = 500;

/**
 * How long to glide from one fix to the next: never longer than the fixes lay apart, so that the
 * marker does not fall behind. 0 means at once.
 */
export function glideMs(from: LatLon, to: LatLon, betweenFixesMs: number, calm: boolean): number {
	if (calm || distanceM(from, to) > LEAP_M) return 0;
	return Math.max(0, Math.min(LONGEST_MS, betweenFixesMs));
}

/** Where a marker is on its leg: the start before it, the end after it. */
export function onLeg({ from, to, startedAtMs, durationMs }: Leg, nowMs: number): LatLon {
	const done = durationMs > 0 ? (nowMs - startedAtMs) / durationMs : 1;
	if (done >= 1) return to;
	const part = Math.max(0, done);
	const lon = from.lon + (lonNear(to.lon, from.lon) - from.lon) * part;
	return { lat: from.lat + (to.lat - from.lat) * part, lon: lonNear(lon, 0) };
}
