import { distanceM } from './distance';
import type { Fix } from './position';

export const CADENCE = {
	nearM: 200,
	/** A run or a ride: above walking speed, positions age quickly. */
	fastMps: 2.5,
	/** Below this, and within the accuracy of the last one sent, a person stands still. */
	stillMps: 0.5,
	nearOrFastMs: 1_000,
	walkingMs: 3_000,
	stillMs: 15_000,
} as const;

export interface CadenceInput {
	/** The last fix that was sent, or null. */
	readonly lastSent: Fix | null;
	readonly fix: Fix;
	/** Distance to the other person in metres, null while unknown. */
	readonly peerDistanceM: number | null;
}

/**
 * How many milliseconds must lie between the last sent fix and this one: nearer and faster means
 * more often, still means seldom, and never more than 15 s while live.
 */
export function sendIntervalMs({ lastSent, fix, peerDistanceM }: CadenceInput): number {
	if (lastSent === null) return 0;
	const movedM = distanceM(lastSent, fix);
	const seconds = Math.max(0.001, (fix.atMs - lastSent.atMs) / 1000);
	const speedMps = fix.speedMps ?? movedM / seconds;
	const still = speedMps < CADENCE.stillMps && movedM <= Math.max(5, fix.accuracyM / 2);
	if (still) return CADENCE.stillMs;
	if (speedMps >= CADENCE.fastMps) return CADENCE.nearOrFastMs;
	if (peerDistanceM !== null && peerDistanceM <= CADENCE.nearM) return CADENCE.nearOrFastMs;
	return CADENCE.walkingMs;
}

/** Whether a fix is to be sent at `nowMs`, when the last one left at `lastSentAtMs` on the same clock. */
export function isDue(input: CadenceInput, lastSentAtMs: number | null, nowMs: number): boolean {
	return lastSentAtMs === null || nowMs - lastSentAtMs >= sendIntervalMs(input);
}
