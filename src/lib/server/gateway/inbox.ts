import type { WebSocket } from 'ws';
import {
	inboxFrame,
	instant,
	type CloseName,
	type InboxMessage,
	type PersonalNews,
} from '$lib/protocol';
import type { Counters } from '$lib/server/counters';
import type { Log } from '$lib/server/log';
import { judgeFrame } from './frames';
import { Line, type LineTimings } from './line';
import type { OutboxStream } from './outbox';
import type { Allowance } from './rate';

export interface InboxParts {
	readonly id: string;
	readonly personId: string;
	readonly loginId: string;
	readonly socket: WebSocket;
	readonly stream: OutboxStream;
	readonly allowance: Allowance;
	readonly counters: Counters;
	readonly now: () => number;
	readonly log: Log;
	readonly timings: LineTimings;
	/** Called once, when the connection is over for whatever reason. */
	readonly onOver: (connection: InboxConnection) => void;
}

type InboxWelcome = Extract<InboxMessage, { type: 'welcome' }>['payload'];

/** One socket on which one person hears what concerns him. He has nothing to say but `ping`. */
export class InboxConnection {
	readonly id: string;
	readonly personId: string;
	readonly loginId: string;
	readonly #parts: InboxParts;
	readonly #line: Line;

	constructor(parts: InboxParts) {
		const { id, socket, stream, allowance, counters, timings, now, log } = parts;
		this.#parts = parts;
		this.id = id;
		this.personId = parts.personId;
		this.loginId = parts.loginId;
		this.#line = new Line({
			...{ id, socket, stream, counters, timings, now, log },
			strikes: allowance.overRate,
			onFrame: (data, isBinary) => this.#receive(data, isBinary),
			onOver: () => parts.onOver(this),
		});
	}

	isOver(): boolean {
		return this.#line.isOver;
	}

	/** The first message; what was told meanwhile follows it, and from here on frames are read. */
	welcome(payload: InboxWelcome): void {
		this.#line.open(inboxFrame({ type: 'welcome', payload }));
		this.#line.resume();
	}

	tell(news: PersonalNews): void {
		this.#line.push(inboxFrame(news));
	}

	close(why: CloseName): void {
		this.#line.close(why);
	}

	get beatTurn(): number {
		return this.#line.beatTurn;
	}

	/** One heartbeat. False when too many went unanswered. */
	beat(): boolean {
		return this.#line.beat();
	}

	/** What can't be read or is no `ping` has no answer here, but it counts (rule I5). */
	#receive(data: unknown, isBinary: boolean): void {
		const nowMs = this.#line.heardAtMs;
		const judged = judgeFrame(data, isBinary, this.#parts.allowance, nowMs);
		if (judged.kind === 'refused') this.#parts.counters.framesRefused[judged.error.code]++;
		if (judged.kind === 'abuse') this.close('abuse');
		if (judged.kind !== 'message' || judged.message.type !== 'ping') return;
		const client_ts_ms = judged.message.payload.client_ts_ms ?? null;
		const pong = { client_ts_ms, server_time: instant(nowMs) };
		this.#line.push(inboxFrame({ type: 'pong', payload: pong }));
	}
}
