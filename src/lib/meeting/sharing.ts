import type { SharingState } from './meeting';

/** Somebody who pauses or hides goes on seeing the other for this long, and both know it. */
export const RECIPROCITY_GRACE_MS = 60_000;

export interface Sharing {
	readonly state: SharingState;
	/** When the person last went from giving positions to not giving them, or came back. */
	readonly sinceMs: number;
	/** When he said so; absent while nobody did and it is only taken for granted. */
	readonly saidAtMs?: number;
}

/** Whether a state gives positions to the other at all. */
export function gives(state: SharingState): boolean {
	return state === 'live' || state === 'weak_signal';
}

/**
 * Sharing after a person says `state`. Going from paused to hidden does not start the grace anew. Said
 * later than what he said before, also where the clock of another server was ahead.
 */
export function changeSharing(sharing: Sharing, state: SharingState, nowMs: number): Sharing {
	return {
		state,
		sinceMs: gives(state) === gives(sharing.state) ? sharing.sinceMs : nowMs,
		saidAtMs: Math.max(nowMs, (sharing.saidAtMs ?? 0) + 1),
	};
}

/** Whether `one` is the earlier word of the two, so that it must not take the place of `other`. */
export function isOvertaken(one: Sharing, other: Sharing | null): boolean {
	return other !== null && (one.saidAtMs ?? 0) < (other.saidAtMs ?? 0);
}

/** Whether a person sees the others' positions at `nowMs`, and they may get his (promise "Symmetric"). */
export function sees(sharing: Sharing, nowMs: number): boolean {
	return gives(sharing.state) || nowMs - sharing.sinceMs < RECIPROCITY_GRACE_MS;
}
