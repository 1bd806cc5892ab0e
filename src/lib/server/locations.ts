import { Track, type JudgedFix } from '$lib/geo';
import { isOver, isParticipant } from '$lib/meeting';
import { fixFromWire, type WireFix } from '$lib/protocol';
import { meetingChannel, type Bus } from './bus/bus';
import type { Counters } from './counters';
import type { Ephemeral, Trace } from './ephemeral/ephemeral';
import { createOutsideRequests } from './ephemeral/outside-requests';
import type { Fixes, Sharer } from './fixes';
import type { Meetings } from './meetings';
import { PRESENCE_FRESH_MS } from './snapshot';

export type LocationAnswer =
	| { readonly ok: true }
	| {
			readonly ok: false;
			readonly code: 'NOT_FOUND' | 'MEETING_ENDED' | 'INVALID_LOCATION' | 'SHARING_PAUSED';
			/** The sentence for whoever writes a client. */
			readonly message?: string;
	  };

/** Fixes by HTTP, for where sockets are blocked: the same checks as on the socket. */
export interface Locations {
	take(meetingId: string, personId: string, wire: WireFix): Promise<LocationAnswer>;
}

export interface LocationsDeps {
	readonly meetings: Pick<Meetings, 'find'>;
	readonly fixes: Fixes;
	readonly bus: Pick<Bus, 'isListening'>;
	readonly ephemeral: Ephemeral;
	readonly counters: Pick<Counters, 'fixesRefused'>;
	readonly now: () => number;
}

/** So long doubted fixes wait for others that agree with them, and of so many people at once. */
export const DOUBT_TTL_MS = 60_000;
const DOUBTS_MAX = 1_000;

/**
 * A socket remembers the track of its person; here it is made anew from what the meeting remembers. Only
 * where the last fixes were doubted more is kept than that, in this process and for a minute.
 */
export function createLocations({
	meetings,
	fixes,
	bus,
	ephemeral,
	counters,
	now,
}: LocationsDeps): Locations {
	const doubts = new Map<string, { readonly track: Track; readonly timer: NodeJS.Timeout }>();
	/** The last call of each person that is under way. */
	const turns = new Map<string, Promise<unknown>>();
	// What is doubted waits for a minute, and what is written later each second for the next one.
	const outside = createOutsideRequests();

	return {
		async take(meetingId, personId, wire) {
			const view = await meetings.find(meetingId);
			if (!view || !isParticipant(view.meeting, personId)) return { ok: false, code: 'NOT_FOUND' };
			const key = `${meetingId} ${personId}`;
			if (isOver(view.meeting, now())) {
				settle(key);
				counters.fixesRefused.MEETING_ENDED++;
				return { ok: false, code: 'MEETING_ENDED' };
			}
			return inTurn(key, () => record(key, meetingId, personId, wire));
		},
	};

	async function record(
		key: string,
		meetingId: string,
		personId: string,
		wire: WireFix,
	): Promise<LocationAnswer> {
		const trace = (await ephemeral.traces(meetingId)).get(personId);
		const sharer: Sharer = {
			meetingId,
			channel: meetingChannel(meetingId),
			personId,
			keeper: ephemeral.fixKeeper(meetingId, personId),
			frameHead: null,
			sharing: trace?.sharing ?? { state: 'live', sinceMs: now() },
			track: trackOf(key, trace),
		};
		const refused = outside(() => {
			const verdict = fixes.record(sharer, wire);
			keepDoubts(key, sharer.track);
			return verdict;
		});
		if (refused) return { ok: false, ...refused };
		stayInView(meetingId, personId, trace);
		// Nobody here would hear of the meeting's end.
		if (!bus.isListening(sharer.channel)) ephemeral.letGo(meetingId);
		return { ok: true };
	}

	function trackOf(key: string, trace: Trace | undefined): Track {
		const last = trace?.fix ? fixFromWire(trace.fix) : null;
		const kept = doubts.get(key)?.track;
		// What was doubted was doubted against another fix, if one came by a socket since then.
		return kept && isSame(kept.last, last) ? kept : new Track(last);
	}

	function keepDoubts(key: string, track: Track): void {
		settle(key);
		if (!track.hasDoubts) return;
		const timer = setTimeout(() => doubts.delete(key), DOUBT_TTL_MS).unref();
		doubts.set(key, { track, timer });
		const [oldest] = doubts.keys();
		if (doubts.size > DOUBTS_MAX && oldest !== undefined) settle(oldest);
	}

	function settle(key: string): void {
		clearTimeout(doubts.get(key)?.timer);
		doubts.delete(key);
	}

	/** Whoever gives his position without a socket is seen all the same, and so may see (promise "Symmetric"). */
	function stayInView(meetingId: string, personId: string, trace: Trace | undefined): void {
		const presence = trace?.presence;
		const nowMs = now();
		const hasSocket =
			presence?.connectionId != null && nowMs - presence.lastSeenAtMs < PRESENCE_FRESH_MS;
		if (!hasSocket)
			ephemeral.keepPresence(meetingId, personId, {
				connectionId: null,
				instanceId: null,
				lastSeenAtMs: nowMs,
			});
	}

	/** One at a time, so that the fixes of one person can't overtake one another. */
	async function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
		const before = turns.get(key);
		const turn = before ? before.then(work, work) : work();
		turns.set(key, turn);
		try {
			return await turn;
		} finally {
			if (turns.get(key) === turn) turns.delete(key);
		}
	}
}

function isSame(a: JudgedFix | null, b: JudgedFix | null): boolean {
	if (a === null || b === null) return a === b;
	return a.lat === b.lat && a.lon === b.lon && a.atMs === b.atMs;
}
