import { acceptFix, type Track } from '$lib/geo';
import { sees, type Sharing } from '$lib/meeting';
import { FIX_REFUSAL_MESSAGES, fixFromWire, sharedFix, type WireFix } from '$lib/protocol';
import { meetingChannel, type Bus } from './bus';
import type { Ephemeral } from './ephemeral';

/** Somebody who sends fixes, and what is remembered to judge the next one. */
export interface Sharer {
	readonly meetingId: string;
	readonly personId: string;
	sharing: Sharing;
	/** Written by `record`. */
	track: Track;
}

export interface FixRefused {
	readonly code: 'INVALID_LOCATION' | 'SHARING_PAUSED';
	readonly message: string;
}

export interface Fixes {
	/**
	 * Judges a fix, keeps it and tells the others; answers why not, or null. The hot path: it waits for
	 * nothing, so that the fixes of one person can't overtake one another.
	 */
	record(sharer: Sharer, wire: WireFix): FixRefused | null;
}

export interface FixesDeps {
	readonly bus: Bus;
	readonly ephemeral: Ephemeral;
	readonly now: () => number;
}

const PAUSED: FixRefused = {
	code: 'SHARING_PAUSED',
	message: 'you paused sharing or hid the page more than a minute ago: send sharing_update first',
};

export function createFixes({ bus, ephemeral, now }: FixesDeps): Fixes {
	return {
		record(sharer, wire) {
			const nowMs = now();
			if (!sees(sharer.sharing, nowMs)) return PAUSED;
			const { verdict, track } = acceptFix(sharer.track, fixFromWire(wire), nowMs);
			sharer.track = track;
			if (!verdict.ok)
				return { code: 'INVALID_LOCATION', message: FIX_REFUSAL_MESSAGES[verdict.code] };
			const fix = sharedFix(wire, nowMs);
			ephemeral.keepFix(sharer.meetingId, sharer.personId, fix);
			bus.publish(meetingChannel(sharer.meetingId), {
				kind: 'said',
				message: { type: 'peer_location', payload: { user_id: sharer.personId, ...fix } },
				exceptPersonId: sharer.personId,
			});
			return null;
		},
	};
}
