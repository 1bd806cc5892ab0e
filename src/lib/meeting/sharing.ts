import type { SharingState } from './meeting';

/** Somebody who pauses or hides goes on seeing the other for this long, and both know it. */
export const RECIPROCITY_GRACE_MS = 60_000;

export interface Sharing {
	readonly state: SharingState;
	/** When the person last went from giving positions to not giving them, or came back. */
	readonly sinceMs: number;
}

/** Whether a state gives positions to the other at all. */
export function gives(state: SharingState): boolean {
	return state === 'live' || state === 'weak_signal';
}

/** Sharing after a person says `state`. Going from paused to hidden does not start the grace anew. */
export function changeSharing(sharing: Sharing, state: SharingState, nowMs: number): Sharing {
	return { state, sinceMs: gives(state) === gives(sharing.state) ? sharing.sinceMs : nowMs };
}

/** Whether a person sees the others' positions at `nowMs`, and they may get his (promise "Symmetric"). */
export function sees(sharing: Sharing, nowMs: number): boolean {
	return gives(sharing.state) || nowMs - sharing.sinceMs < RECIPROCITY_GRACE_MS;
}
