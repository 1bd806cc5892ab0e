import type { WebSocket } from 'ws';
import { CLOSE, WIRE_LIMITS, type CloseName } from '$lib/protocol';
import type { Log } from '$lib/server/log';
import { Outbox, type Frame } from './outbox';

export interface LineParts {
	readonly id: string;
	readonly socket: WebSocket;
	readonly now: () => number;
	readonly log: Log;
	/** How long the peer may take to answer our goodbye. */
	readonly goodbyeMs: number;
	/** Frames that came after the first word of ours. */
	readonly onFrame: (data: unknown, isBinary: boolean) => void;
	/** Called once, when the line is over for whatever reason. */
	readonly onOver: (why: CloseName | null) => void;
}

/** One socket, whatever it is for: our first word first, a heartbeat, and a goodbye that ends. */
export class Line {
	/** When the peer last gave a sign of life. */
	heardAtMs: number;

	readonly #parts: LineParts;
	readonly #outbox: Outbox;
	#state: 'opening' | 'open' | 'over' = 'opening';
	#missedBeats = 0;

	constructor(parts: LineParts) {
		const { socket } = parts;
		this.#parts = parts;
		this.heardAtMs = parts.now();
		this.#outbox = new Outbox(socket, () => this.close('overloaded'));
		// Nothing is read, and so nothing kept, before the person may speak: TCP holds it back.
		socket.pause();
		socket.on('message', (data, isBinary) => {
			if (this.#state !== 'open') return;
			this.#heard();
			parts.onFrame(data, isBinary);
		});
		socket.on('pong', () => this.#heard());
		// ws says goodbye by itself to what breaks its rules (1002, 1007, 1009).
		socket.on('error', (error) => {
			parts.log.debug({ connectionId: parts.id, error }, 'socket_failed');
			this.#cutLater();
			this.#over(null);
		});
		socket.on('close', () => this.#over(null));
	}

	get isOpening(): boolean {
		return this.#state === 'opening';
	}

	get isOver(): boolean {
		return this.#state === 'over';
	}

	/** The first word; `resume` lets the peer answer. */
	open(first: Frame): void {
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
		this.#over(why);
	}

	/** One heartbeat. False when too many went unanswered. */
	beat(): boolean {
		if (this.#state !== 'open') return true;
		if (this.#missedBeats >= WIRE_LIMITS.heartbeatsMissedMax) return false;
		this.#missedBeats++;
		this.#parts.socket.ping();
		return true;
	}

	#heard(): void {
		this.#missedBeats = 0;
		this.heardAtMs = this.#parts.now();
	}

	/** Who does not answer a goodbye is cut off: ws itself would wait for half a minute. */
	#cutLater(): void {
		const { socket, goodbyeMs } = this.#parts;
		const cut = setTimeout(() => {
			socket.terminate();
		}, goodbyeMs).unref();
		socket.on('close', () => {
			clearTimeout(cut);
		});
	}

	#over(why: CloseName | null): void {
		if (this.#state === 'over') return;
		this.#state = 'over';
		this.#outbox.drop();
		this.#parts.onOver(why);
	}
}
