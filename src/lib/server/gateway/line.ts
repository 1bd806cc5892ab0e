import type { WebSocket } from 'ws';
import { CLOSE, WIRE_LIMITS, type CloseName } from '$lib/protocol';
import type { CloseReason, Counters } from '$lib/server/counters';
import type { Log } from '$lib/server/log';
import { Outbox, type Frame, type OutboxStream } from './outbox';
import type { Strikes } from './rate';
import { BEAT_TURNS } from './sockets';

/** How long a peer, or this server, may take. */
export interface LineTimings {
	/** Until our first word. */
	readonly welcomeMs: number;
	/** For the answer to the last ping before a peer is taken for dead. */
	readonly pongMs: number;
	/** For the answer to our goodbye. */
	readonly goodbyeMs: number;
}

export interface LineParts {
	readonly id: string;
	readonly socket: WebSocket;
	/** What it stands on. */
	readonly stream: OutboxStream;
	readonly now: () => number;
	readonly log: Log;
	readonly counters: Counters;
	readonly timings: LineTimings;
	/** Pings and pongs that nobody asked for count here, or they would be a way around every rate. */
	readonly strikes: Strikes;
	/** Frames that came after the first word of ours. */
	readonly onFrame: (data: unknown, isBinary: boolean) => void;
	/** Called once, when the line is over for whatever reason. */
	readonly onOver: (why: CloseName | null) => void;
}

let lines = 0;

/** One socket, whatever it is for: our first word first, a heartbeat, and a goodbye that ends. */
export class Line {
	/** When the peer last gave a sign of life. */
	heardAtMs: number;
	/** When it has its heartbeat. */
	readonly beatTurn = lines++ % BEAT_TURNS;

	readonly #parts: LineParts;
	readonly #outbox: Outbox;
	#state: 'opening' | 'open' | 'over' = 'opening';
	#missedBeats = 0;
	/** Runs while there is no first word yet, and later while a last ping is unanswered. */
	#patience: NodeJS.Timeout | undefined;

	constructor(parts: LineParts) {
		const { socket, counters } = parts;
		this.#parts = parts;
		counters.socketsOpened++;
		this.heardAtMs = parts.now();
		this.#outbox = new Outbox(socket, parts.stream, () => this.close('overloaded'), counters);
		// Where it can't be put together in time, as with a database that hangs, another try may do better.
		this.#patience = setTimeout(() => this.close('overloaded'), parts.timings.welcomeMs).unref();
		// Nothing is read, and so nothing kept, before the person may speak: TCP holds it back.
		socket.pause();
		socket.on('message', (data, isBinary) => {
			if (this.#state !== 'open') return;
			counters.framesIn++;
			this.hear();
			try {
				parts.onFrame(data, isBinary);
			} catch (error) {
				parts.log.error({ connectionId: parts.id, error: withoutWords(error) }, 'frame_failed');
				this.close('bug');
			}
		});
		// ws answers a ping by itself.
		socket.on('ping', () => this.#hearControl());
		socket.on('pong', () => this.#hearControl());
		// ws says goodbye by itself to what breaks its rules (1002, 1007, 1008, 1009).
		socket.on('error', (error) => {
			parts.log.debug({ connectionId: parts.id, error }, 'socket_failed');
			this.#cutLater();
			this.#over(null, brokenBy(error));
		});
		socket.on('close', () => this.#over(null, 'left'));
	}

	get isOpening(): boolean {
		return this.#state === 'opening';
	}

	get isOpen(): boolean {
		return this.#state === 'open';
	}

	get isOver(): boolean {
		return this.#state === 'over';
	}

	/** The first word; `resume` lets the peer answer. */
	open(first: Frame): void {
		this.#stopWaiting();
		this.#state = 'open';
		this.#outbox.open(first);
	}

	/** `latestOf` names the person whose fix it is: only the newest one of his needs to arrive. */
	push(frame: Frame, latestOf?: string): void {
		this.#outbox.push(frame, latestOf);
	}

	pause(): void {
		this.#parts.socket.pause();
	}

	resume(): void {
		this.#parts.socket.resume();
	}

	close(why: CloseName): void {
		if (this.#state === 'over') return;
		this.#outbox.finish();
		// A paused socket would never read the answer to the goodbye.
		this.#parts.socket.resume();
		this.#parts.socket.close(CLOSE[why].code, CLOSE[why].reason);
		this.#cutLater();
		this.#over(why, why);
	}

	/** One heartbeat. False when too many went unanswered. */
	beat(): boolean {
		if (this.#state !== 'open') return true;
		if (this.#missedBeats >= WIRE_LIMITS.heartbeatsMissedMax) return false;
		this.#missedBeats++;
		this.#parts.socket.ping();
		if (this.#missedBeats === WIRE_LIMITS.heartbeatsMissedMax) this.#awaitLastPong();
		return true;
	}

	/** The next beat would find a dead peer only after more than a minute. */
	#awaitLastPong(): void {
		this.#stopWaiting();
		this.#patience = setTimeout(() => {
			if (this.#missedBeats >= WIRE_LIMITS.heartbeatsMissedMax) this.close('dead');
		}, this.#parts.timings.pongMs).unref();
	}

	/** Nothing of it is kept: there are many lines, and they wait for long. */
	#stopWaiting(): void {
		clearTimeout(this.#patience);
		this.#patience = undefined;
	}

	#hearControl(): void {
		if (this.#state !== 'open') return;
		this.hear();
		if (this.#parts.strikes.isOut(this.heardAtMs)) this.close('abuse');
	}

	/** A sign of life of the peer. */
	hear(): void {
		this.#missedBeats = 0;
		this.heardAtMs = this.#parts.now();
	}

	/** Who does not answer a goodbye is cut off: ws itself would wait for half a minute. */
	#cutLater(): void {
		const { socket, timings } = this.#parts;
		const cut = setTimeout(() => {
			socket.terminate();
		}, timings.goodbyeMs).unref();
		socket.on('close', () => {
			clearTimeout(cut);
		});
	}

	#over(why: CloseName | null, reason: CloseReason): void {
		if (this.#state === 'over') return;
		this.#state = 'over';
		this.#parts.counters.socketsClosed[reason]++;
		this.#stopWaiting();
		this.#outbox.drop();
		this.#parts.onOver(why);
	}
}

/** What ws found wrong, or a line that was cut. */
function brokenBy(error: Error & { readonly code?: string }): CloseReason {
	if (error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return 'tooBig';
	if (error.code === 'WS_ERR_TOO_MANY_BUFFERED_PARTS') return 'tooManyPieces';
	return error.code?.startsWith('WS_ERR_') === true ? 'brokenFrame' : 'left';
}

/** Where a bug is, and not what it says: errors like to quote what they choked on, here a stranger's frame. */
function withoutWords(error: unknown): Error {
	const bare = new Error(error instanceof Error ? error.name : typeof error);
	const calls = error instanceof Error ? (error.stack?.match(/^ {4}at .*$/gm) ?? []) : [];
	bare.stack = [bare.message, ...calls].join('\n');
	return bare;
}
