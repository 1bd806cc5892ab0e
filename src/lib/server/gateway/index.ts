import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { WIRE_LIMITS } from '$lib/protocol';
import { TIMINGS, type GatewayDeps } from './deps';
import { createInboxSockets } from './inbox-sockets';
import { createMeetingSockets } from './meeting-sockets';
import { Allowances } from './rate';
import type { Admission, Sockets } from './sockets';
import {
	DRAINING,
	INBOX_PATH,
	refuseUpgrade,
	SOCKET_PATH,
	UNAVAILABLE,
	urlOf,
	WRONG_PATH,
	type UpgradeRefused,
} from './upgrade';

export { INBOX_PATH, SOCKET_PATH } from './upgrade';
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
	const { now, log } = deps;
	const timings = { ...TIMINGS, ...deps.timings };
	const server = new WebSocketServer({
		noServer: true,
		perMessageDeflate: false,
		maxPayload: WIRE_LIMITS.frameHardMaxBytes,
	});
	const allowances = new Allowances();
	const meetings = createMeetingSockets(deps, timings, allowances);
	const inboxes = createInboxSockets(deps, timings, allowances);
	const byPath = new Map<string, Sockets>([
		[SOCKET_PATH, meetings],
		[INBOX_PATH, inboxes],
	]);
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
			connections: meetings.count() + inboxes.count(),
			rooms: meetings.rooms(),
			allowances: allowances.size,
		}),
		close: () => (closing ??= drain()),
	};

	async function receive(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
		const judged = await judge(request);
		// From here on nothing is awaited: what is looked at now is still so when the socket is there.
		const refusal = refusalOf(judged);
		if (refusal) refuseUpgrade(socket, refusal);
		// Nobody has read from the socket so far: what came meanwhile waits in it for ws.
		else if (!socket.destroyed && 'enter' in judged)
			server.handleUpgrade(request, socket, head, judged.enter);
	}

	async function judge(request: IncomingMessage): Promise<Admission | UpgradeRefused> {
		const sockets = byPath.get(urlOf(request)?.pathname ?? '');
		if (!sockets) return WRONG_PATH;
		return isDraining() ? DRAINING : sockets.judge(request);
	}

	function refusalOf(judged: Admission | UpgradeRefused): UpgradeRefused | null {
		if (!('enter' in judged)) return judged;
		return isDraining() ? DRAINING : (judged.refusal?.() ?? null);
	}

	function isDraining(): boolean {
		return closing !== null;
	}

	function beat(): void {
		for (const sockets of byPath.values()) sockets.beat();
		allowances.sweep(now());
	}

	async function drain(): Promise<void> {
		clearInterval(heartbeat);
		for (const sockets of byPath.values()) sockets.restart();
		// Whoever does not answer is cut by his connection, so every socket closes in the end.
		// Not `once` of node:events: that rejects where a last frame breaks the rules.
		const gone = [...server.clients].map(
			(client) => new Promise<void>((resolve) => client.once('close', () => resolve())),
		);
		await Promise.all(gone);
		for (const sockets of byPath.values()) sockets.stop();
		server.close();
	}
}
