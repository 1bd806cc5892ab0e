import { changeSharing, gives, sees } from '$lib/meeting';
import {
	instant,
	type ClientMessage,
	type ClientMessageType,
	type ClientPayload,
	type Refusal,
	type ServerMessage,
} from '$lib/protocol';
import { meetingChannel } from '$lib/server/bus';
import type { FixFrame } from '$lib/protocol/fix-frame';
import { fixFrame } from '$lib/server/fix-frames';
import type { Connection } from './connection';
import type { GatewayDeps } from './deps';

/** Why not, for the `error` that answers; null where nothing is to be said. */
export interface Refused {
	readonly code: Refusal;
	readonly message: string;
	readonly distanceM?: number | null;
}
export type Answer = Refused | null;

/** One handler for every message of a client: it does not compile while one is missing. */
type ByType = {
	readonly [T in ClientMessageType]: (
		connection: Connection,
		payload: ClientPayload<T>,
	) => Answer | Promise<Answer>;
};

/** Judges and does what a client asks. A throw is a bug and the caller's business, but for a database that is away. */
export interface Handlers {
	handle(connection: Connection, message: ClientMessage): Answer | Promise<Answer>;
	/** The same for a `location_update` that was read from its bytes. */
	relay(connection: Connection, sent: Buffer, fix: FixFrame): Answer;
}

const SENTENCES: Partial<Record<Refusal, string>> = {
	TOO_FAR: 'you are too far from each other',
	NO_RECENT_LOCATION: 'there is no location of both that is younger than a minute',
	NOT_ACTIVE: 'there is nobody else in this meeting',
	MEETING_ENDED: 'the meeting is over',
	NOT_A_PARTICIPANT: 'you are not in this meeting',
	NOT_FOUND: 'there is no such meeting',
	UNAVAILABLE: 'the server cannot do this right now, try again in a moment',
};

export function createHandlers(deps: GatewayDeps): Handlers {
	const { fixes, here, meetings, bus, ephemeral, counters, now } = deps;

	const handlers: ByType = {
		location_update: (connection, fix) =>
			isOver(connection) ? tooLate() : fixes.record(connection, fix),

		sharing_update(connection, { state }) {
			const nowMs = now();
			const wasBlind = !sees(connection.sharing, nowMs);
			connection.sharing = changeSharing(connection.sharing, state, nowMs);
			const { meetingId, personId, sharing } = connection;
			ephemeral.keepSharing(meetingId, personId, sharing);
			tellOthers(connection, { type: 'peer_sharing', payload: { user_id: personId, state } });
			return wasBlind && gives(state) ? catchUp(connection) : null;
		},

		async im_here({ meetingId, personId }, { manual }) {
			const answer = await here.press(meetingId, personId, manual === true);
			return answer.ok ? null : refused(answer.code, answer.distanceM);
		},

		async im_here_cancel({ meetingId, personId }) {
			await here.cancel(meetingId, personId);
			return null;
		},

		async destination_update({ meetingId, personId }, { destination }) {
			const changed = await meetings.change(meetingId, {
				type: 'set_destination',
				by: personId,
				destination,
				atMs: now(),
			});
			return changed.ok ? null : refused(changed.code);
		},

		route_mode_update(connection, { mode }) {
			const { meetingId, personId } = connection;
			connection.routeMode = mode;
			ephemeral.keepRouteMode(meetingId, personId, mode);
			tellOthers(connection, { type: 'peer_route_mode', payload: { user_id: personId, mode } });
			return null;
		},

		async end_session({ meetingId, personId }, { reason }) {
			const changed = await meetings.change(meetingId, {
				type: 'end',
				by: personId,
				reason: reason ?? 'USER_ACTION',
				atMs: now(),
			});
			// Somebody else was faster: what was wanted is so, and `session_ended` is on its way.
			return changed.ok || changed.code === 'MEETING_ENDED' ? null : refused(changed.code);
		},

		ping(connection, { client_ts_ms }) {
			connection.say({
				type: 'pong',
				payload: { client_ts_ms: client_ts_ms ?? null, server_time: instant(now()) },
			});
			return null;
		},
	};

	/** The worker that ends overdue meetings comes by every now and then; positions stop in time. */
	function isOver({ room }: Connection): boolean {
		return now() >= room.expiresAtMs;
	}

	function tooLate(): Answer {
		counters.fixesRefused.MEETING_ENDED++;
		return refused('MEETING_ENDED');
	}

	function tellOthers({ meetingId, personId }: Connection, message: ServerMessage): void {
		bus.publish(meetingChannel(meetingId), { kind: 'said', message, exceptPersonId: personId });
	}

	/** Who was blind and gives again sees at once where the others are, not only when they next move. */
	async function catchUp(connection: Connection): Promise<Answer> {
		const heardMeanwhile = connection.noteFixes();
		const traces = await ephemeral.traces(connection.meetingId);
		for (const [personId, { fix }] of traces) {
			if (personId === connection.personId || fix === null || heardMeanwhile.has(personId))
				continue;
			connection.pushFix(fixFrame(personId, fix), personId);
		}
		return null;
	}

	function handle<T extends ClientMessageType>(
		connection: Connection,
		message: { readonly type: T; readonly payload: ClientPayload<T> },
	): Answer | Promise<Answer> {
		return handlers[message.type](connection, message.payload);
	}
	/** A database that is away is nobody's bug: the socket stays, and what it is for goes on. */
	function orUnavailable(error: unknown): Answer {
		if (deps.isDatabaseAway(error)) return refused('UNAVAILABLE');
		throw error;
	}

	return {
		handle(connection, message) {
			const answer = handle(connection, message);
			return answer instanceof Promise ? answer.catch(orUnavailable) : answer;
		},
		relay: (connection, sent, fix) =>
			isOver(connection) ? tooLate() : fixes.relay(connection, sent, fix),
	};
}

function refused(code: Refusal, distanceM: number | null = null): Refused {
	return { code, message: SENTENCES[code] ?? code, distanceM };
}
