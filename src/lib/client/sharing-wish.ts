import type { SharingState } from '$lib/meeting';
import type { LocationState } from './live-view';

export interface SharingFacts {
	readonly isVisible: boolean;
	/** The person himself pressed Pause. */
	readonly pausedByPerson: boolean;
	/** "I'm waiting here" stands in for a device's position. */
	readonly waitsByHand: boolean;
	readonly location: LocationState;
	/** Positions came in this visit or before the reload of this tab. */
	readonly sharedBefore: boolean;
}

/**
 * What to tell the others about our sharing, or null while that is not decided yet. Where nothing can
 * come it is `paused`, so that the symmetric rule holds: who gives nothing does not go on seeing.
 */
export function sharingToTell(facts: SharingFacts): SharingState | null {
	if (!facts.isVisible) return 'hidden';
	if (facts.pausedByPerson) return 'paused';
	if (facts.waitsByHand) return 'live';
	switch (facts.location.state) {
		case 'watching':
			return 'live';
		case 'approximate':
		case 'timeout':
		case 'unavailable':
			return 'weak_signal';
		case 'asking':
			// A question nobody answered yet; but after a reload or a return it is none.
			return facts.sharedBefore ? 'live' : null;
		case 'off':
		case 'denied':
		case 'insecure':
		case 'unsupported':
			return 'paused';
	}
}
