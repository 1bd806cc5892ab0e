import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { isParticipant, type Meeting } from '$lib/meeting';
import { instant, serverFrame, WIRE_LIMITS, type CloseName } from '$lib/protocol';
import { personChannel } from '$lib/server/bus';
import { Connection } from './connection';
import { TIMINGS, type GatewayDeps } from './deps';
import { createHandlers } from './handlers';
import { createPresence } from './presence';
import { Allowances } from './rate';
import { Room } from './room';
import {
	DRAINING,
	judgeUpgrade,
	refuseUpgrade,
	SOCKET_PATH,
	UNAVAILABLE,
	urlOf,
	WRONG_PATH,
	type Seat,
	type UpgradeRefused,
} from './upgrade';

export { SOCKET_PATH } from './upgrade';
export type { GatewayDeps, Timings } from './deps';

export interface Gateway {
	/** Takes the socket over, or answers with a refusal and ends it. Never throws. */
	handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
	/** How much there is of what must not grow without end. */
	counts(): { readonly connections: number; readonly rooms: number; readonly allowances: number };
	/** No new sockets, a goodbye (1012) to the open ones; resolves when all are gone. */
	close(): Promise<void>;
}

export function createGateway(deps: GatewayDeps): Gateway {
	const { auth, meetings, snapshots, bus, ephemeral, now, newId, log } = deps;
	const timings = { ...TIMINGS, ...deps.timings };
	const server = new WebSocketServer({
		noServer: true,
		perMessageDeflate: false,
		maxPayload: WIRE_LIMITS.frameHardMaxBytes,
	});
	const handle = createHandlers(deps);
	const presence = createPresence(deps, timings.presenceGraceMs);
	const allowances = new Allowances();
	const rooms = new Map<string, Room>();
	const connections = new Set<Connection>();
	/** What each open connection hears of its person, to be ended with it. */
	const personalEars = new Map<Connection, Promise<() => void>>();
	const heartbeat = setInterval(beat, timings.heartbeatMs).unref();
	let closing: Promise<void> | null = null;

	return {
		handleUpgrade(request, socket, head) {
			// Before the first await: an error without a listener would end the process.
			socket.on('error', () => socket.destroy());
			void receive(request, socket, head).catch((error: unknown) => {
				log.error({ error }, 'upgrade_failed');
				refuseUpgrade(socket, UNAVAILABLE);
			});
		},
		counts: () => ({
			connections: connections.size,
			rooms: rooms.size,
			allowances: allowances.size,
		}),
		close: () => (closing ??= drain()),
	};

	async function receive(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
		const judged = await judge(request);
		if (!('login' in judged)) refuseUpgrade(socket, judged);
		else if (isDraining()) refuseUpgrade(socket, DRAINING);
		// Nobody has read from the socket so far: what came meanwhile waits in it for ws.
		else if (!socket.destroyed)
			server.handleUpgrade(request, socket, head, (webSocket) => {
				enter(webSocket, judged);
			});
	}

	async function judge(request: IncomingMessage): Promise<Seat | UpgradeRefused> {
		if (urlOf(request)?.pathname !== SOCKET_PATH) return WRONG_PATH;
		return isDraining() ? DRAINING : judgeUpgrade(request, deps);
	}

	function isDraining(): boolean {
		return closing !== null;
	}

	function enter(socket: WebSocket, { meeting, login, token }: Seat): void {
		const room = rooms.get(meeting.id) ?? openRoom(meeting.id);
		const allowance = allowances.take(`${meeting.id} ${login.personId}`, now());
		const connection = new Connection({
			id: newId(),
			personId: login.personId,
			loginId: login.id,
			openedAtMs: now(),
			socket,
			room,
			allowance,
			handle,
			now,
			log,
			goodbyeMs: timings.goodbyeMs,
			onOver(over, why) {
				allowances.giveBack(allowance, now());
				leave(over, why);
			},
		});
		connections.add(connection);
		room.enter(connection);
		personalEars.set(
			connection,
			bus.subscribe(personChannel(login.personId), (event) => {
				if (event.kind === 'login_revoked' && event.loginId === login.id)
					connection.close('loginRevoked');
			}),
		);
		void welcome(connection, token).catch((error: unknown) => {
			log.error({ meetingId: meeting.id, connectionId: connection.id, error }, 'welcome_failed');
			connection.close('bug');
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
		if (!login) connection.close('loginRevoked');
		else if (!view || !isParticipant(view.meeting, personId)) connection.close('removed');
		if (!view || connection.isOver()) return;
		room.learnEnd(view.meeting.expiresAtMs);
		connection.remember(traces.get(personId));
		presence.keep(connection);
		const payload = await snapshots.welcome(view, personId);
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
		// After an end there is nobody to tell, and before a restart everybody is about to return.
		if (isGone && why !== 'ended' && why !== 'restart') presence.left(connection);
		if (!room.isEmpty || rooms.get(room.meetingId) !== room) return;
		rooms.delete(room.meetingId);
		room.close().catch(failed('room'));
	}

	/** The use case forgets, too; this is for the memory of this instance and for fixes under way. */
	function forget(meetingId: string): void {
		ephemeral.forget(meetingId).catch(failed('ephemeral'));
	}

	function beat(): void {
		for (const connection of connections) {
			if (connection.beat()) presence.keep(connection);
			else connection.close('dead');
		}
		allowances.sweep(now());
	}

	async function drain(): Promise<void> {
		clearInterval(heartbeat);
		presence.stop();
		for (const connection of connections) connection.close('restart');
		// Whoever does not answer is cut by his connection, so every socket closes in the end.
		// Not `once` of node:events: that rejects where a last frame breaks the rules.
		const gone = [...server.clients].map(
			(client) => new Promise<void>((resolve) => client.once('close', () => resolve())),
		);
		await Promise.all(gone);
		presence.stop();
		server.close();
	}

	function failed(component: string): (error: unknown) => void {
		return (error) => log.warn({ component, error }, 'gateway_leak');
	}
}
