import { acceptFix, type Track } from '$lib/geo';
import { sees, type Sharing } from '$lib/meeting';
import {
	FIX_REFUSAL_MESSAGES,
	fixFromWire,
	serverFrame,
	sharedFix,
	type SharedFix,
	type WireFix,
} from '$lib/protocol';
import type { Bus, Channel } from './bus';
import type { Ephemeral } from './ephemeral';

/** Somebody who sends fixes, and what is remembered to judge the next one. */
export interface Sharer {
	readonly meetingId: string;
	/** The meeting's. */
	readonly channel: Channel;
	readonly personId: string;
	sharing: Sharing;
	/** Written by `record`, as is the next one. */
	track: Track;
	/** The last one that was accepted from this sharer. */
	lastFix: SharedFix | null;
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
	readonly bus: Pick<Bus, 'relay'>;
	readonly ephemeral: Pick<Ephemeral, 'keepFix'>;
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
			const { meetingId, channel, personId } = sharer;
			const fix = sharedFix(wire, nowMs);
			sharer.lastFix = fix;
			ephemeral.keepFix(meetingId, personId, fix);
			bus.relay(channel, { kind: 'fix', personId, frame: fixFrame(personId, fix) });
			return null;
		},
	};
}

/** What others get of a fix. Nothing in it is beyond ASCII. */
export function fixFrame(personId: string, fix: SharedFix): Buffer {
	const frame = serverFrame({ type: 'peer_location', payload: { user_id: personId, ...fix } });
	return Buffer.from(frame, 'latin1');
}
