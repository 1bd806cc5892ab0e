import { WIRE_LIMITS } from '$lib/protocol';
import type { Counters } from '$lib/server/counters';

/** A text for ws to put into a frame, or the bytes of a whole frame (`protocol/text-frame`). */
export type Frame = string | Buffer;

type Done = (error?: Error | null) => void;

/** What the outbox needs of a `WebSocket` of ws. */
export interface OutboxSocket {
	readonly bufferedAmount: number;
	readonly readyState: number;
	send(text: string, done: Done): void;
}

/**
 * The stream below it, which this server was given by the upgrade. ws without compression writes each frame
 * in one go, so whole frames of ours may go between its own: one write instead of two in a vector, and
 * no copy for each recipient.
 */
export interface OutboxStream {
	write(frame: Buffer, done: Done): boolean;
}

/** `WebSocket.OPEN`: past it nothing may follow the goodbye that ws wrote. */
const OPEN = 1;

interface Waiting {
	frame: Frame;
	bytes: number;
	readonly latestOf: string | undefined;
}

/**
 * What one socket still has to send. A reader who keeps up gets everything at once and nothing is kept
 * here. For one who does not, a newer fix of a person takes the place of his unsent one, the rest keeps
 * its order, and past the limit it is the end. Until `open` everything waits behind the first frame.
 */
export class Outbox {
	readonly #waiting: Waiting[] = [];
	/** What waits of each person; none for most sockets all their life. */
	#latest: Map<string, Waiting> | null = null;
	#waitingBytes = 0;
	#inFlight = 0;
	#isOpen = false;
	#isOver = false;

	constructor(
		private readonly socket: OutboxSocket,
		private readonly stream: OutboxStream,
		private readonly onOverflow: () => void,
		private readonly counters: Pick<Counters, 'fixesPushed' | 'fixesConflated'>,
		private readonly maxBytes: number = WIRE_LIMITS.outboxMaxBytes,
	) {}

	/** The first frame, and after it what came meanwhile. */
	open(first: Frame): void {
		this.#isOpen = true;
		this.#send(first);
		this.#flush();
	}

	/** `latestOf` names the person whose fix it is: only the newest one of his needs to arrive. */
	push(frame: Frame, latestOf?: string): void {
		if (this.#isOver) return;
		if (latestOf !== undefined) this.counters.fixesPushed++;
		if (this.#isOpen && this.#waiting.length === 0 && this.#isDrained()) {
			this.#send(frame);
			return;
		}
		this.#wait(frame, latestOf);
		if (this.#waitingBytes + this.socket.bufferedAmount <= this.maxBytes) return;
		this.drop();
		this.onOverflow();
	}

	/** Hands everything over to the socket, in order, because the goodbye comes next. */
	finish(): void {
		if (this.#isOpen && !this.#isOver) for (const { frame } of this.#waiting) this.#send(frame);
		this.drop();
	}

	/** Nothing more is sent. */
	drop(): void {
		this.#isOver = true;
		this.#waiting.length = 0;
		this.#latest = null;
		this.#waitingBytes = 0;
	}

	#wait(frame: Frame, latestOf: string | undefined): void {
		const bytes = Buffer.byteLength(frame);
		const older = latestOf === undefined ? undefined : this.#latest?.get(latestOf);
		if (older) {
			this.counters.fixesConflated++;
			this.#waitingBytes += bytes - older.bytes;
			older.frame = frame;
			older.bytes = bytes;
			return;
		}
		const waiting: Waiting = { frame, bytes, latestOf };
		this.#waiting.push(waiting);
		this.#waitingBytes += bytes;
		if (latestOf !== undefined) (this.#latest ??= new Map()).set(latestOf, waiting);
	}

	/**
	 * Whether the kernel took everything. One frame of ours may always be under way, since only its
	 * callback tells that the way is free again (a stuck ping would never tell).
	 */
	#isDrained(): boolean {
		return this.#inFlight === 0 || this.socket.bufferedAmount === 0;
	}

	#send(frame: Frame): void {
		if (typeof frame !== 'string' && this.socket.readyState !== OPEN) return;
		this.#inFlight++;
		if (typeof frame === 'string') this.socket.send(frame, this.#onSent);
		else this.stream.write(frame, this.#onSent);
	}

	/** One function for all frames: the hot path makes no closure per message. */
	readonly #onSent = (error?: Error | null): void => {
		this.#inFlight--;
		if (error) this.drop();
		else if (this.#waiting.length > 0) this.#flush();
	};

	#flush(): void {
		while (this.#isDrained()) {
			const next = this.#waiting.shift();
			if (next === undefined) return;
			this.#waitingBytes -= next.bytes;
			if (next.latestOf !== undefined) this.#latest?.delete(next.latestOf);
			this.#send(next.frame);
		}
	}
}
