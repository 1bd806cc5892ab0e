import { isOver, isOvertaken, isParticipant } from '$lib/meeting';
import type { ServerMessage, Welcome } from '$lib/protocol';
import type { MeetingView } from '$lib/server/meetings';
import type { Connection } from './connection';
import type { GatewayDeps } from './deps';
import type { Presence } from './presence';
import type { Room } from './room';

/** Meetings that are read at a time. */
const CHUNK = 200;
const TRY_AGAIN_MS = 2_000;

export interface ResyncDeps extends Pick<
	GatewayDeps,
	'auth' | 'meetings' | 'snapshots' | 'ephemeral' | 'now' | 'log'
> {
	readonly presence: Presence;
	readonly rooms: ReadonlyMap<string, Room>;
	/** Others need a moment to say again who is with them. */
	readonly settleMs: number;
	/** The goodbye of a meeting that ended unheard. */
	readonly lastWord: (meeting: MeetingView['meeting']) => string;
	/** What this instance remembers, and whatever it wrote unheard, goes with an end or a seat. */
	readonly onEnded: (meetingId: string) => void;
	readonly onRemoved: (meetingId: string, personId: string) => void;
}

/**
 * After a time without other instances: says again who is here, then tells everybody here how things
 * stand now, since nobody knows what was missed. Sockets stay.
 */
export function createResync(deps: ResyncDeps) {
	const { auth, meetings, snapshots, ephemeral, now, log, presence, rooms, settleMs } = deps;
	let timer: NodeJS.Timeout | null = null;
	let turn = {};
	let isStopped = false;

	function begin(): void {
		void sayAllAgain((turn = {})).catch(failed);
		catchUpLater(settleMs);
	}

	function catchUpLater(afterMs: number): void {
		if (timer !== null) clearTimeout(timer);
		timer = setTimeout(() => {
			timer = null;
			catchUpAll().catch((error: unknown) => {
				failed(error);
				// The database is away, too: nobody may be left with what was true before.
				if (timer === null && !isStopped) catchUpLater(TRY_AGAIN_MS);
			});
		}, afterMs).unref();
	}

	/** Not all at once: what Redis can't take is let go. */
	async function sayAllAgain(own: object): Promise<void> {
		const all = [...rooms.values()];
		for (let start = 0; start < all.length && turn === own; start += CHUNK)
			await Promise.all(all.slice(start, start + CHUNK).map(sayAgain));
	}

	/** A Redis that lost everything learns it again; one that did not keeps what is newer there. */
	async function sayAgain(room: Room): Promise<void> {
		const traces = await ephemeral.traces(room.meetingId);
		for (const connection of room.members) {
			const { meetingId, personId, lastFix, routeMode } = connection;
			const { fix, sharing } = traces.get(personId) ?? {};
			if (sharing && isOvertaken(connection.sharing, sharing)) connection.sharing = sharing;
			room.claimAgain(connection);
			presence.keep(connection);
			if (routeMode !== null) ephemeral.keepRouteMode(meetingId, personId, routeMode);
			if (lastFix !== null && (!fix || fix.server_time < lastFix.server_time))
				ephemeral.keepFix(meetingId, personId, lastFix);
			if (connection.isRemembered) presence.tellOnline(connection);
		}
	}

	async function catchUpAll(): Promise<void> {
		const all = [...rooms.values()];
		for (let start = 0; start < all.length; start += CHUNK) {
			const chunk = all.slice(start, start + CHUNK);
			const views = await meetings.findMany(chunk.map(({ meetingId }) => meetingId));
			const open = await auth.openAmong(chunk.flatMap(({ members }) => loginsOf(members)));
			await Promise.all(chunk.map((room) => catchUp(room, views.get(room.meetingId), open)));
		}
	}

	async function catchUp(
		room: Room,
		view: MeetingView | undefined,
		openLogins: ReadonlySet<string>,
	): Promise<void> {
		for (const connection of [...room.members]) {
			const { personId } = connection;
			if (isRevoked(connection, openLogins)) connection.close('loginRevoked');
			else if (!view || !isParticipant(view.meeting, personId)) {
				deps.onRemoved(room.meetingId, personId);
				connection.close('removed');
			} else if (view.meeting.status === 'ENDED') {
				deps.onEnded(room.meetingId);
				connection.end(deps.lastWord(view.meeting));
			} else if (!connection.isOver() && !isOver(view.meeting, now())) {
				room.learnEnd(view.meeting.expiresAtMs);
				const heardMeanwhile = connection.noteFixes();
				const state = await snapshots.welcome(view, personId, connection.sharing);
				for (const message of stateAsNews(state, connection, heardMeanwhile))
					connection.say(message);
			}
		}
		if (view) room.learnPeople(view.meeting.participantIds);
	}

	function failed(error: unknown): void {
		log.warn({ component: 'resync', error }, 'resync_failed');
	}

	return {
		begin,
		stop() {
			isStopped = true;
			if (timer !== null) clearTimeout(timer);
		},
	};
}

function loginsOf(members: Iterable<Connection>): string[] {
	return [...members].flatMap(({ loginId, isExternal }) => (isExternal ? [] : [loginId]));
}

function isRevoked({ loginId, isExternal }: Connection, open: ReadonlySet<string>): boolean {
	return !isExternal && !open.has(loginId);
}

/** The whole state as messages that a client knows from everyday life; which of them are news it finds itself. */
function stateAsNews(
	state: Welcome,
	{ personId, room }: Connection,
	heardMeanwhile: ReadonlySet<string>,
): ServerMessage[] {
	const others = state.participants.filter(({ user_id }) => user_id !== personId);
	const seated = new Set(state.participants.map(({ user_id }) => user_id));
	const gone = room.participantIds.filter((id) => !seated.has(id));
	return [
		...gone.map((user_id) => ({ type: 'participant_removed' as const, payload: { user_id } })),
		{ type: 'session_updated', payload: state.session },
		...others.flatMap((participant): ServerMessage[] => {
			const { user_id, presence: status, last_seen, sharing, route_mode } = participant;
			const fix = heardMeanwhile.has(user_id) ? undefined : state.locations[user_id];
			return [
				{ type: 'presence_update', payload: { user_id, status, last_seen, participant } },
				{ type: 'peer_sharing', payload: { user_id, state: sharing } },
				...(route_mode === null
					? []
					: [{ type: 'peer_route_mode' as const, payload: { user_id, mode: route_mode } }]),
				...(fix ? [{ type: 'peer_location' as const, payload: { user_id, ...fix } }] : []),
			];
		}),
		{
			type: 'im_here_update',
			payload: state.im_here ?? { user_ids: [], expires_at: null },
		},
	];
}
