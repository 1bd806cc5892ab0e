import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { Track } from '$lib/geo';
import { sees, type RouteMode, type Sharing } from '$lib/meeting';
import {
	fixFromWire,
	serverFrame,
	type ClientMessage,
	type ClientMessageType,
	type CloseName,
	type ServerMessage,
	type SharedFix,
	type Welcome,
} from '$lib/protocol';
import type { Channel } from '$lib/server/bus';
import { readFixFrame, type FixFrame } from '$lib/protocol/fix-frame';
import type { Counters } from '$lib/server/counters';
import type { FixKeeper, Trace } from '$lib/server/ephemeral';
import type { Sharer } from '$lib/server/fixes';
import type { Log } from '$lib/server/log';
import { judgeFixRate, judgeFrame, type FrameError, type JudgedFrame } from './frames';
import type { Answer, Handlers } from './handlers';
import { Line, type LineTimings } from './line';
import type { Allowance } from './rate';
import type { Room } from './room';
import { openShortcut } from './shortcut';

export interface ConnectionParts {
	readonly id: string;
	readonly personId: string;
	readonly loginId: string;
	readonly isExternal: boolean;
	readonly openedAtMs: number;
	readonly socket: WebSocket;
	readonly room: Room;
	readonly allowance: Allowance;
	readonly keeper: FixKeeper;
	readonly stream: Duplex;
	readonly handlers: Handlers;
	readonly counters: Counters;
	readonly now: () => number;
	readonly log: Log;
	readonly timings: LineTimings;
	/** Called once, when the connection is over for whatever reason. */
	readonly onOver: (connection: Connection, why: CloseName | null) => void;
}

/** One socket of one person in one meeting: reads frames one at a time, answers refusals, says goodbye. */
export class Connection implements Sharer {
	readonly id: string;
	readonly meetingId: string;
	readonly personId: string;
	readonly loginId: string;
	/** By a token of an outside issuer: such a login is in no list. */
	readonly isExternal: boolean;
	readonly openedAtMs: number;
	readonly room: Room;
	sharing: Sharing;
	track = new Track();
	readonly keeper: FixKeeper;
	/** As he chose it on this socket. */
	routeMode: RouteMode | null = null;
	frameHead: Buffer | null = null;

	readonly #parts: ConnectionParts;
	readonly #line: Line;
	/** Frames that were read already when a handler that waits began. The socket is paused meanwhile. */
	readonly #unhandled: ClientMessage[] = [];
	#isBusy = false;
	/** The newest fix of each, that came before his sharing was known: whether he may have it shows by `welcome`. */
	#fixesWhileOpening: Map<string, Buffer> | null = null;
	#isRemembered = false;
	#endsOnceOpen = false;
	#isToldEnd = false;
	#notedFixes: Set<string> | null = null;
	/** Of whose fix `welcome` told the one of which time, until the next one of his comes. */
	#welcomed: Map<string, string> | null = null;

	constructor(parts: ConnectionParts) {
		this.#parts = parts;
		this.id = parts.id;
		this.meetingId = parts.room.meetingId;
		this.personId = parts.personId;
		this.loginId = parts.loginId;
		this.isExternal = parts.isExternal;
		this.openedAtMs = parts.openedAtMs;
		this.room = parts.room;
		this.keeper = parts.keeper;
		const { id, socket, stream, allowance, counters, timings, now, log } = parts;
		this.#line = new Line({
			...{ id, socket, stream, counters, timings, now, log },
			strikes: allowance.overRate,
			onFrame: (data, isBinary) => this.#receive(data, isBinary),
			onOver: (why) => {
				this.#unhandled.length = 0;
				parts.onOver(this, why);
			},
		});
		openShortcut(stream, (sent, length) => this.#take(sent, length));
		this.sharing = { state: 'live', sinceMs: this.heardAtMs };
	}

	get channel(): Channel {
		return this.room.channel;
	}

	/** The last one that was accepted from this socket. */
	get lastFix(): SharedFix | null {
		return this.keeper.latest();
	}

	/** When the person last gave a sign of life. */
	get heardAtMs(): number {
		return this.#line.heardAtMs;
	}

	get beatTurn(): number {
		return this.#line.beatTurn;
	}

	isOver(): boolean {
		return this.#line.isOver;
	}

	/** Whether it is known how the person shares. Until then nothing may be said of it in his name. */
	get isRemembered(): boolean {
		return this.#isRemembered;
	}

	/** What is known of the person from an earlier socket, here or on another server. */
	remember(trace: Trace | undefined): void {
		this.#isRemembered = true;
		if (trace?.sharing) this.sharing = trace.sharing;
		if (trace?.fix) this.track = new Track(fixFromWire(trace.fix));
	}

	/** The first message; from here on frames are read. */
	welcome(payload: Welcome): void {
		this.#welcomed = new Map(
			Object.entries(payload.locations).map(([personId, fix]) => [personId, fix.server_time]),
		);
		this.#line.open(serverFrame({ type: 'welcome', payload }));
		this.#pushWhatCameMeanwhile();
		if (this.#endsOnceOpen) this.close('ended');
		else this.#line.resume();
	}

	say(message: ServerMessage): void {
		this.push(serverFrame(message));
	}

	/** A frame that is written already. */
	push(frame: string): void {
		this.#line.push(frame);
	}

	/** A person's fix: the newest one is enough. */
	pushFix(frame: Buffer, personId: string): void {
		this.#notedFixes?.add(personId);
		if (this.#line.isOpening) {
			(this.#fixesWhileOpening ??= new Map()).set(personId, frame);
			return;
		}
		if (this.#isInWelcome(frame, personId)) return;
		this.#line.push(frame, personId);
	}

	#pushWhatCameMeanwhile(): void {
		const fixes = this.#fixesWhileOpening;
		this.#fixesWhileOpening = null;
		if (fixes === null || !this.seesOthers(this.#parts.now())) return;
		for (const [personId, frame] of fixes) this.pushFix(frame, personId);
	}

	/** A fix that came while the welcome was put together may be in it already. */
	#isInWelcome(frame: Buffer, personId: string): boolean {
		if (this.#welcomed === null) return false;
		const serverTime = this.#welcomed.get(personId);
		if (serverTime === undefined) return false;
		this.#welcomed.delete(personId);
		if (this.#welcomed.size === 0) this.#welcomed = null;
		return frame.includes(`"server_time":"${serverTime}"`);
	}

	/** Whether this person may get positions of others (promise "Symmetric"). */
	seesOthers(nowMs: number): boolean {
		return sees(this.sharing, nowMs);
	}

	/** Whose fixes are pushed from now on: what is read meanwhile may be older than these. */
	noteFixes(): ReadonlySet<string> {
		return (this.#notedFixes = new Set());
	}

	/** The last word of the meeting, after which nothing can follow. */
	end(frame: string): void {
		if (this.#isToldEnd) return;
		this.#isToldEnd = true;
		this.push(frame);
		// `welcome` comes first even now: a client may rely on it.
		if (this.#line.isOpening) this.#endsOnceOpen = true;
		else this.close('ended');
	}

	close(why: CloseName): void {
		this.#line.close(why);
	}

	/** One heartbeat. False when too many went unanswered. */
	beat(): boolean {
		return this.#line.beat();
	}

	#receive(data: unknown, isBinary: boolean): void {
		this.#obey(judgeFrame(data, isBinary, this.#parts.allowance, this.heardAtMs));
	}

	/** The hot path, for what is plainly a fix. Nothing may overtake what waits its turn. */
	#take(sent: Buffer, length: number): boolean {
		if (this.#isBusy || !this.#line.isOpen) return false;
		try {
			const fix = readFixFrame(sent, length);
			if (fix === null) return false;
			this.#parts.counters.framesIn++;
			this.#line.hear();
			this.#relay(sent, fix);
		} catch (error) {
			this.#bug('location_update', error);
		}
		return true;
	}

	#relay(sent: Buffer, fix: FixFrame): void {
		const refused = judgeFixRate(this.#parts.allowance, this.heardAtMs);
		if (refused !== null) {
			this.#obey(refused);
			return;
		}
		const answer = this.#parts.handlers.relay(this, sent, fix);
		if (answer !== null) this.#answer('location_update', answer);
	}

	#obey(judged: JudgedFrame): void {
		if (judged.kind === 'refused') this.#refuse(judged.error);
		else if (judged.kind === 'abuse') this.close('abuse');
		else if (judged.kind === 'message' && this.#isBusy) this.#unhandled.push(judged.message);
		else if (judged.kind === 'message') this.#dispatch(judged.message);
	}

	/** A bug is caught here, in `#take`, and by the line where a frame is judged. */
	#dispatch(message: ClientMessage): void {
		try {
			const answer = this.#parts.handlers.handle(this, message);
			if (answer instanceof Promise) this.#wait(message, answer);
			else this.#answer(message.type, answer);
		} catch (error) {
			this.#bug(message.type, error);
		}
	}

	#wait(message: ClientMessage, answer: Promise<Answer>): void {
		this.#isBusy = true;
		this.#line.pause();
		answer
			.then((settled) => {
				this.#answer(message.type, settled);
				this.#goOn();
			})
			.catch((error: unknown) => this.#bug(message.type, error));
	}

	/** With what was read before the socket stood still, until the next one that waits. */
	#goOn(): void {
		this.#notedFixes = null;
		this.#isBusy = false;
		let next: ClientMessage | undefined;
		while (!this.#waits() && (next = this.#unhandled.shift()) !== undefined) this.#dispatch(next);
		if (!this.#waits()) this.#line.resume();
	}

	#waits(): boolean {
		return this.#isBusy;
	}

	#answer(type: ClientMessageType, answer: Answer): void {
		if (answer === null) return;
		const { code, message, distanceM } = answer;
		const distance = distanceM != null && { distance_m: distanceM };
		this.#refuse({ code, message, ref: type, ...distance });
	}

	#refuse(error: FrameError): void {
		this.#parts.counters.framesRefused[error.code]++;
		this.say({ type: 'error', payload: error });
	}

	#bug(type: ClientMessageType, error: unknown): void {
		const { meetingId, personId, id: connectionId } = this;
		this.#parts.log.error({ type, meetingId, personId, connectionId, error }, 'handler_failed');
		this.close('bug');
	}
}
