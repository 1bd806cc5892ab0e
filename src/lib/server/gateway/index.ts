import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { WIRE_LIMITS } from '$lib/protocol';
import { writeSeldom } from '$lib/server/log-seldom';
import { TIMINGS, type GatewayDeps } from './deps';
import { Door, DOOR_LIMITS } from './door';
import { sayGoodbyes } from './goodbyes';
import { createInboxSockets } from './inbox-sockets';
import { createMeetingSockets } from './meeting-sockets';
import { Allowances } from './rate';
import {
	DRAINING,
	refuseUpgrade,
	tooMany,
	UNAVAILABLE,
	WRONG_PATH,
	type UpgradeRefused,
} from './refusals';
import { BEAT_TURNS, type Admission, type Sockets } from './sockets';
import { INBOX_PATH, SOCKET_PATH, urlOf } from './upgrade';

export { INBOX_PATH, SOCKET_PATH } from './upgrade';
export type { GatewayDeps, Timings } from './deps';

export interface Gateway {
	/** Takes the socket over, or answers with a refusal and ends it. Never throws. */
	handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
	/** How much there is of what must not grow without end. */
	counts(): {
		readonly connections: number;
		readonly rooms: number;
		readonly allowances: number;
		/** Who is remembered at the door. */
		readonly callers: number;
	};
	/** Whether new sockets are taken. */
	isOpen(): boolean;
	/** No new sockets, a goodbye (1012) to the open ones; resolves when all are gone. */
	close(): Promise<void>;
}

const TOO_MANY_OF_YOURS = tooMany('you have too many open sockets of this kind', 10);

/** What a stranger can send below our messages (rules P12, P17, P18). */
const FRAMES = {
	noServer: true,
	perMessageDeflate: false,
	maxPayload: WIRE_LIMITS.frameHardMaxBytes,
	maxFragments: WIRE_LIMITS.fragmentsMax,
	maxBufferedChunks: WIRE_LIMITS.piecesMax,
	// Answers to pings that nobody takes: then ws cuts the line. A flood has its own end before that.
	maxPendingAutoPongs: WIRE_LIMITS.floodFramesMax,
};

/** All sockets at one path, and how many of them a person may have here. */
interface Entrance {
	readonly sockets: Sockets;
	readonly perPerson: number;
}

export function createGateway(deps: GatewayDeps): Gateway {
	const { now, log, counters } = deps;
	const timings = { ...TIMINGS, ...deps.timings };
	const server = new WebSocketServer(FRAMES);
	const door = new Door({ ...DOOR_LIMITS, ...deps.doorLimits }, now);
	const allowances = new Allowances();
	const meetings = createMeetingSockets(deps, timings, allowances);
	const inboxes = createInboxSockets(deps, timings, allowances);
	const { meetingSocketsPerPerson, inboxesPerPerson } = WIRE_LIMITS;
	const entrances = new Map<string, Entrance>([
		[SOCKET_PATH, { sockets: meetings, perPerson: meetingSocketsPerPerson }],
		[INBOX_PATH, { sockets: inboxes, perPerson: inboxesPerPerson }],
	]);
	const heartbeat = setInterval(beat, timings.heartbeatMs / BEAT_TURNS).unref();
	let turn = 0;
	// A database that is away is met by every attempt: each would write a line.
	const databaseAway = writeSeldom(log.warn, now);
	let closing: Promise<void> | null = null;

	return {
		handleUpgrade(request, socket, head) {
			// Before the first await: an error without a listener would end the process.
			socket.on('error', () => socket.destroy());
			void receive(request, socket, head).catch((error: unknown) => {
				if (deps.isDatabaseAway(error)) databaseAway({ error }, 'upgrade_failed');
				else log.error({ error }, 'upgrade_failed');
				refuse(socket, UNAVAILABLE);
			});
		},
		counts: () => ({
			connections: meetings.count() + inboxes.count(),
			rooms: meetings.rooms(),
			allowances: allowances.size,
			callers: door.size,
		}),
		isOpen: () => closing === null,
		close: () => (closing ??= drain()),
	};

	async function receive(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
		const path = urlOf(request)?.pathname ?? '';
		const entrance = entrances.get(path);
		const judged = entrance ? await judge(entrance, request, socket) : WRONG_PATH;
		// From here on nothing is awaited: what is looked at now is still so when the socket is there.
		const refusal = 'enter' in judged ? refusalOf(judged, path, socket) : judged;
		if (refusal) refuse(socket, refusal);
		// Nobody has read from the socket so far: what came meanwhile waits in it for ws.
		else if (!socket.destroyed && 'enter' in judged)
			server.handleUpgrade(request, socket, head, (ws) => judged.enter(ws, socket));
	}

	function refuse(socket: Duplex, refusal: UpgradeRefused): void {
		counters.upgradesRefused[refusal.status]++;
		refuseUpgrade(socket, refusal);
	}

	function refusalOf({ personId }: Admission, path: string, socket: Duplex): UpgradeRefused | null {
		if (isDraining()) return DRAINING;
		const max = entrances.get(path)?.perPerson ?? 0;
		return door.isFull(`${path} ${personId}`, max, socket) ? TOO_MANY_OF_YOURS : null;
	}

	async function judge(
		{ sockets }: Entrance,
		request: IncomingMessage,
		socket: Duplex,
	): Promise<Admission | UpgradeRefused> {
		if (isDraining()) return DRAINING;
		const refusal = door.refusal(request, socket);
		if (refusal) return refusal;
		return inTime(door.judged(request, () => sockets.judge(request)));
	}

	/** A database that is half-open answers nothing, not even no: nobody waits for it at the door. */
	async function inTime(
		judging: Promise<Admission | UpgradeRefused>,
	): Promise<Admission | UpgradeRefused> {
		let timer: NodeJS.Timeout | undefined;
		const late = new Promise<UpgradeRefused>((resolve) => {
			timer = setTimeout(resolve, timings.judgeMs, UNAVAILABLE).unref();
		});
		return Promise.race([judging, late]).finally(() => clearTimeout(timer));
	}

	function isDraining(): boolean {
		return closing !== null;
	}

	function beat(): void {
		turn = (turn + 1) % BEAT_TURNS;
		for (const { sockets } of entrances.values()) sockets.beat(turn);
		if (turn !== 0) return;
		allowances.sweep(now());
		door.sweep();
	}

	async function drain(): Promise<void> {
		clearInterval(heartbeat);
		// Whoever does not answer is cut by his connection, so every socket closes in the end.
		// Not `once` of node:events: that rejects where a last frame breaks the rules.
		const gone = [...server.clients].map(
			(client) => new Promise<void>((resolve) => client.once('close', () => resolve())),
		);
		const goodbyes = [...entrances.values()].flatMap(({ sockets }) => sockets.restart());
		await Promise.all([sayGoodbyes(goodbyes, timings.restartMs), ...gone]);
		for (const { sockets } of entrances.values()) sockets.stop();
		server.close();
	}
}
