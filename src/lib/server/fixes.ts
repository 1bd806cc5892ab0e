import type { JudgedFix, Track } from '$lib/geo';
import { sees, type Sharing } from '$lib/meeting';
import { FIX_REFUSAL_MESSAGES, type WireFix } from '$lib/protocol';
import { fieldsFromWire } from '$lib/protocol/fix-fields';
import type { FixFrame } from '$lib/protocol/fix-frame';
import type { Bus, Channel } from './bus';
import type { Counters } from './counters';
import type { FixKeeper } from './ephemeral';
import { fixFrame, fixFrameHead, serverTimeAt, splicedFixFrame } from './fix-frames';

/** Somebody who sends fixes, and what is remembered to judge the next one. */
export interface Sharer {
	readonly meetingId: string;
	/** The meeting's. */
	readonly channel: Channel;
	readonly personId: string;
	readonly sharing: Sharing;
	readonly track: Track;
	readonly keeper: FixKeeper;
	/** What the frames of his fixes begin with, written once it was needed. */
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
	readonly counters: Pick<Counters, 'fixesAccepted' | 'fixesRefused'>;
	readonly now: () => number;
}

const PAUSED: FixRefused = {
	code: 'SHARING_PAUSED',
	message: 'you paused sharing or hid the page more than a minute ago: send sharing_update first',
};

export function createFixes({ bus, counters, now }: FixesDeps): Fixes {
	return {
		record(sharer, wire) {
			const nowMs = now();
			const fix = fieldsFromWire(wire);
			const refused = judge(sharer, fix, nowMs);
			if (refused !== null) return refused;
			sharer.keeper.keep(fix, nowMs);
			tell(sharer, fixFrame(sharer.personId, { ...wire, server_time: serverTimeAt(nowMs) }));
			return null;
		},
		relay(sharer, sent, fix) {
			const nowMs = now();
			const refused = judge(sharer, fix, nowMs);
			if (refused !== null) return refused;
			sharer.keeper.keep(fix, nowMs);
			sharer.frameHead ??= fixFrameHead(sharer.personId);
			tell(sharer, splicedFixFrame(sharer.frameHead, sent, fix, nowMs));
			return null;
		},
	};

	function judge({ sharing, track }: Sharer, fix: JudgedFix, nowMs: number): FixRefused | null {
		if (!sees(sharing, nowMs)) {
			counters.fixesRefused.SHARING_PAUSED++;
			return PAUSED;
		}
		const code = track.judge(fix, nowMs);
		if (code === null) return null;
		counters.fixesRefused.INVALID_LOCATION++;
		return { code: 'INVALID_LOCATION', message: FIX_REFUSAL_MESSAGES[code] };
	}

	function tell({ channel, personId }: Sharer, frame: Buffer): void {
		counters.fixesAccepted++;
		bus.relay(channel, { kind: 'fix', personId, frame });
	}
}
