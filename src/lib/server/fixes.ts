import { acceptFix, type Track } from '$lib/geo';
import { sees, type Sharing } from '$lib/meeting';
import { FIX_REFUSAL_MESSAGES, type SharedFix, type WireFix } from '$lib/protocol';
import type { FixFrame } from '$lib/protocol/fix-frame';
import type { Bus, Channel } from './bus';
import type { Counters } from './counters';
import type { Ephemeral } from './ephemeral';
import { fixFrame, fixFrameHead, splicedFixFrame, serverTimeAt } from './fix-frames';

/** Somebody who sends fixes, and what is remembered to judge the next one. */
export interface Sharer {
	readonly meetingId: string;
	/** The meeting's. */
	readonly channel: Channel;
	readonly personId: string;
	sharing: Sharing;
	/** Written by `record`, as are the next ones. */
	track: Track;
	/** The last one that was accepted from this sharer. */
	lastFix: SharedFix | null;
	/** What the frames of his fixes begin with, once it was needed. */
	frameHead: Buffer | null;
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
	/** The same for one that was read from the bytes of its frame, which are passed on as they are. */
	relay(sharer: Sharer, sent: Buffer, fix: FixFrame): FixRefused | null;
}

export interface FixesDeps {
	readonly bus: Pick<Bus, 'relay'>;
	readonly ephemeral: Pick<Ephemeral, 'keepFix'>;
	readonly counters: Pick<Counters, 'fixesAccepted' | 'fixesRefused'>;
	readonly now: () => number;
}

const PAUSED: FixRefused = {
	code: 'SHARING_PAUSED',
	message: 'you paused sharing or hid the page more than a minute ago: send sharing_update first',
};

export function createFixes({ bus, ephemeral, counters, now }: FixesDeps): Fixes {
	return {
		record(sharer, wire) {
			const nowMs = now();
			const refused = judge(sharer, wire, Date.parse(wire.timestamp), nowMs);
			if (refused !== null) return refused;
			const fix = { ...wire, server_time: serverTimeAt(nowMs) };
			tell(sharer, fix, fixFrame(sharer.personId, fix));
			return null;
		},
		relay(sharer, sent, fix) {
			const nowMs = now();
			const refused = judge(sharer, fix.wire, fix.atMs, nowMs);
			if (refused !== null) return refused;
			sharer.frameHead ??= fixFrameHead(sharer.personId);
			const frame = splicedFixFrame(sharer.frameHead, sent, fix, nowMs);
			tell(sharer, { ...fix.wire, server_time: serverTimeAt(nowMs) }, frame);
			return null;
		},
	};

	function judge(sharer: Sharer, wire: WireFix, atMs: number, nowMs: number): FixRefused | null {
		if (!sees(sharer.sharing, nowMs)) {
			counters.fixesRefused.SHARING_PAUSED++;
			return PAUSED;
		}
		const { lat, lon, accuracy_m: accuracyM } = wire;
		const { verdict, track } = acceptFix(sharer.track, { lat, lon, accuracyM, atMs }, nowMs);
		sharer.track = track;
		if (verdict.ok) return null;
		counters.fixesRefused.INVALID_LOCATION++;
		return { code: 'INVALID_LOCATION', message: FIX_REFUSAL_MESSAGES[verdict.code] };
	}

	function tell(sharer: Sharer, fix: SharedFix, frame: Buffer): void {
		const { meetingId, channel, personId } = sharer;
		sharer.lastFix = fix;
		counters.fixesAccepted++;
		ephemeral.keepFix(meetingId, personId, fix);
		bus.relay(channel, { kind: 'fix', personId, frame });
	}
}
