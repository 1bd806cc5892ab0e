import type { Fix } from '$lib/geo';
import {
	isByHand,
	isComplete,
	isOver,
	isParticipant,
	judgePress,
	judgeProximity,
	type HereWindow,
	type Meeting,
	type MeetingRefusal,
	type Press,
	type Sighting,
} from '$lib/meeting';
import { fixFromWire, instant, type SharedFix } from '$lib/protocol';
import { meetingChannel, type Bus } from './bus';
import type { Ephemeral, Trace } from './ephemeral';
import type { Meetings } from './meetings';

export type HereAnswer =
	| {
			readonly ok: true;
			readonly status: 'waiting_for_peer' | 'ended';
			/** The largest distance to anybody in the meeting, null where it is unknown. */
			readonly distanceM: number | null;
			readonly expiresAtMs: number;
	  }
	| {
			readonly ok: false;
			readonly code: MeetingRefusal | 'NOT_FOUND' | 'TOO_FAR' | 'NO_RECENT_LOCATION';
			/** With TOO_FAR. */
			readonly distanceM: number | null;
	  };

export interface Here {
	/** "I'm here", or by hand "We've met anyway" (rules M10–M17): the press that completes it ends it. */
	press(meetingId: string, personId: string, byHand: boolean): Promise<HereAnswer>;
	/** Takes back one's own press, or says "not yet" to the other's: the window closes for both. */
	cancel(meetingId: string, personId: string): Promise<void>;
}

export interface HereDeps {
	readonly meetings: Pick<Meetings, 'find' | 'change'>;
	readonly bus: Bus;
	readonly ephemeral: Ephemeral;
	readonly now: () => number;
}

export function createHere({ meetings, bus, ephemeral, now }: HereDeps): Here {
	return {
		async press(meetingId, personId, byHand) {
			const view = await meetings.find(meetingId);
			if (!view) return refused('NOT_FOUND');
			const { meeting } = view;
			if (!isParticipant(meeting, personId)) return refused('NOT_A_PARTICIPANT');
			if (isOver(meeting, now())) return refused('MEETING_ENDED');
			if (meeting.status !== 'ACTIVE') return refused('NOT_ACTIVE');

			const judged = judge(meeting, personId, await ephemeral.traces(meetingId), byHand, now());
			if (!judged.ok) return judged;
			const window = await ephemeral.pressHere(meetingId, personId, judged.press, now());
			tell(meetingId, window);
			const { distanceM } = judged;
			const { expiresAtMs } = window;
			if (!isComplete(window, meeting.participantIds))
				return { ok: true, status: 'waiting_for_peer', distanceM, expiresAtMs };

			const met = await meetings.change(meetingId, {
				type: 'meet',
				byHand: isByHand(window),
				atMs: now(),
			});
			// Both last presses may see the complete window; the second one finds what it wanted done.
			if (!met.ok && met.code !== 'MEETING_ENDED') return refused(met.code);
			return { ok: true, status: 'ended', distanceM, expiresAtMs };
		},
		async cancel(meetingId, personId) {
			if ((await ephemeral.hereWindow(meetingId, now())) === null) return;
			await ephemeral.closeHere(meetingId);
			bus.publish(meetingChannel(meetingId), {
				kind: 'said',
				message: {
					type: 'im_here_update',
					payload: { user_ids: [], expires_at: null, cancelled_by: personId },
				},
			});
		},
	};

	function tell(meetingId: string, window: HereWindow): void {
		bus.publish(meetingChannel(meetingId), {
			kind: 'said',
			message: {
				type: 'im_here_update',
				payload: {
					user_ids: window.presses.map((press) => press.personId),
					expires_at: instant(window.expiresAtMs),
				},
			},
		});
	}
}

type Judged =
	| { readonly ok: true; readonly press: Press; readonly distanceM: number | null }
	| Extract<HereAnswer, { ok: false }>;

/** Against everybody else in the meeting: one who is too far refuses it, one unknown makes it by hand. */
function judge(
	meeting: Meeting,
	personId: string,
	traces: ReadonlyMap<string, Trace>,
	byHand: boolean,
	nowMs: number,
): Judged {
	const own = sighting(traces.get(personId));
	let press: Press = 'measured';
	let farthestM: number | null = null;
	for (const otherId of meeting.participantIds) {
		if (otherId === personId) continue;
		const proximity = judgeProximity(own, sighting(traces.get(otherId)), nowMs);
		const verdict = judgePress(proximity, byHand);
		if (!verdict.ok)
			return refused(verdict.code, verdict.code === 'TOO_FAR' ? proximity.distanceM : null);
		if (verdict.value === 'by_hand') press = 'by_hand';
		if (proximity.distanceM !== null) farthestM = Math.max(farthestM ?? 0, proximity.distanceM);
	}
	return { ok: true, press, distanceM: farthestM };
}

function sighting(trace: Trace | undefined): Sighting {
	return {
		fix: trace?.fix ? notFromTheFuture(trace.fix) : null,
		sharing: trace?.sharing?.state ?? 'live',
	};
}

/** A device whose clock is fast must not keep its fix young for longer than others may. */
function notFromTheFuture(shared: SharedFix): Fix {
	const fix = fixFromWire(shared);
	return { ...fix, atMs: Math.min(fix.atMs, Date.parse(shared.server_time)) };
}

function refused(
	code: Extract<HereAnswer, { ok: false }>['code'],
	distanceM: number | null = null,
): Extract<HereAnswer, { ok: false }> {
	return { ok: false, code, distanceM };
}
