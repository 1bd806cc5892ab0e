import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { isParticipant, type Meeting } from '$lib/meeting';
import { instant, serverFrame, type CloseName } from '$lib/protocol';
import { meetingOf, personChannel } from '$lib/server/bus';
import { Connection } from './connection';
import type { GatewayDeps, Timings } from './deps';
import { createHandlers } from './handlers';
import { endsLogin, watchLogin } from './login-watch';
import { createPresence } from './presence';
import type { Allowances } from './rate';
import { createResync } from './resync';
import { Room } from './room';
import type { Sockets } from './sockets';
import { judgeMeetingUpgrade, type MeetingSeat } from './upgrade';

export interface MeetingSockets extends Sockets {
	/** How many meetings have somebody here. */
	rooms(): number;
}

export function createMeetingSockets(
	deps: GatewayDeps,
	timings: Timings,
	allowances: Allowances,
): MeetingSockets {
	const { auth, meetings, snapshots, bus, ephemeral, counters, now, newId, log } = deps;
	const handlers = createHandlers(deps);
	const presence = createPresence(deps, timings.presenceGraceMs);
	const rooms = new Map<string, Room>();
	const connections = new Set<Connection>();
	const { settleMs } = timings;
	const resync = createResync({
		...{ ...deps, presence, rooms, settleMs, lastWord },
		...{ onEnded: forget, onRemoved: forgetPerson },
	});
	/** What each open connection hears of its person, to be ended with it. */
	const personalEars = new Map<Connection, Promise<() => void>>();

	bus.watch({
		onBack: resync.begin,
		onInstanceGone(instanceId, channels) {
			const lost = channels.flatMap((channel) => rooms.get(meetingOf(channel)) ?? []);
			presence.serverGone(instanceId, lost);
		},
	});

	return {
		async judge(request) {
			const judged = await judgeMeetingUpgrade(request, deps);
			if (!('login' in judged)) return judged;
			const { personId } = judged.login;
			return { personId, enter: (socket, stream) => enter(socket, stream, judged) };
		},
		count: () => connections.size,
		rooms: () => rooms.size,
		beat(turn) {
			for (const connection of connections) {
				if (connection.beatTurn !== turn) continue;
				if (connection.beat()) presence.keep(connection);
				else connection.close('dead');
			}
		},
		restart() {
			resync.stop();
			presence.stop();
			return [...connections].map((connection) => () => connection.close('restart'));
		},
		stop: () => presence.stop(),
	};

	function enter(socket: WebSocket, stream: Duplex, seat: MeetingSeat): void {
		const { meeting, login, token } = seat;
		const room = rooms.get(meeting.id) ?? openRoom(meeting.id);
		const allowance = allowances.take(`${meeting.id} ${login.personId}`, now());
		const connection = new Connection({
			id: newId(),
			personId: login.personId,
			loginId: login.id,
			isExternal: login.isExternal,
			openedAtMs: now(),
			socket,
			stream,
			room,
			allowance,
			keeper: ephemeral.fixKeeper(meeting.id, login.personId),
			handlers,
			counters,
			now,
			log,
			timings,
			onOver(over, why) {
				stopWatch();
				allowances.giveBack(allowance, now());
				leave(over, why);
			},
		});
		const stopWatch = watchLogin(deps, seat, () => connection.close('loginRevoked'));
		connections.add(connection);
		room.enter(connection);
		personalEars.set(
			connection,
			bus.subscribe(personChannel(login.personId), (event) => {
				if (endsLogin(event, login.id)) connection.close('loginRevoked');
			}),
		);
		void welcome(connection, token).catch((error: unknown) => {
			// Another try may do better, as where it takes too long (rule P9).
			if (deps.isDatabaseAway(error)) connection.close('overloaded');
			else {
				log.error({ meetingId: meeting.id, connectionId: connection.id, error }, 'welcome_failed');
				connection.close('bug');
			}
		});
	}

	/** Subscribe, then read, then one `welcome`: what happens in between follows it (rule P5). */
	async function welcome(connection: Connection, token: string): Promise<void> {
		const { meetingId, personId, room } = connection;
		await Promise.all([room.ready, personalEars.get(connection)]);
		// The login is looked at again: it may have been revoked before anybody listened.
		const [view, login, traces] = await Promise.all([
			meetings.find(meetingId),
			auth.validate(token),
			ephemeral.traces(meetingId),
		]);
		if (login?.personId !== personId) connection.close('loginRevoked');
		else if (!view || !isParticipant(view.meeting, personId)) connection.close('removed');
		if (!view || connection.isOver()) return;
		room.learnEnd(view.meeting.expiresAtMs);
		room.learnPeople(view.meeting.participantIds);
		connection.remember(traces.get(personId));
		presence.keep(connection);
		const payload = await snapshots.welcome(view, personId, connection.sharing);
		if (connection.isOver()) return;
		connection.welcome(payload);
		if (view.meeting.status === 'ENDED') connection.end(lastWord(view.meeting));
		else presence.tellOnline(connection);
	}

	function lastWord({ endReason, endedAtMs }: Meeting): string {
		return serverFrame({
			type: 'session_ended',
			payload: { reason: endReason ?? 'USER_ACTION', ended_at: instant(endedAtMs ?? now()) },
		});
	}

	function openRoom(meetingId: string): Room {
		const room = new Room(meetingId, {
			bus,
			now,
			onEnded: forget,
			onRemoved: forgetPerson,
			onWronglyOffline: presence.tellOnline,
		});
		rooms.set(meetingId, room);
		return room;
	}

	function leave(connection: Connection, why: CloseName | null): void {
		connections.delete(connection);
		personalEars.get(connection)?.then((stop) => stop(), failed('person channel'));
		personalEars.delete(connection);
		const { room } = connection;
		const isGone = room.leave(connection);
		// After an end there is nobody to tell, a removal was told as such, and before a restart everybody
		// is about to return.
		const isTold = why === 'ended' || why === 'removed' || why === 'restart';
		if (isGone && !isTold) presence.left(connection);
		if (isGone) ephemeral.flush(room.meetingId, connection.personId);
		if (!room.isEmpty || rooms.get(room.meetingId) !== room) return;
		rooms.delete(room.meetingId);
		ephemeral.letGo(room.meetingId);
		room.close().catch(failed('room'));
	}

	/** The use case forgets, too; this is for the memory of this instance and for fixes under way. */
	function forget(meetingId: string): void {
		ephemeral.forget(meetingId).catch(failed('ephemeral'));
	}

	function forgetPerson(meetingId: string, personId: string): void {
		presence.removed(meetingId, personId);
		ephemeral.forgetPerson(meetingId, personId).catch(failed('ephemeral'));
	}

	function failed(component: string): (error: unknown) => void {
		return (error) => log.warn({ component, error }, 'gateway_leak');
	}
}
