import { ServerClock } from '$lib/client/clock';
import { apply, fromWelcome, type MeetingState } from '$lib/client/meeting-state';
import { ReconnectingSocket } from '$lib/client/reconnecting-socket';
import { meetingSocketUrl, type WebSocketClass } from '$lib/client/socket-port';
import type { Cancel, Time } from '$lib/client/time';
import { knownPeer, knownSelf } from '$lib/client/views';
import { distanceM, isDue, type Fix } from '$lib/geo';
import { clientFrame, fixToWire, readServerFrame, type ServerMessage } from '$lib/protocol';
import type { SimulateWish } from './simulate-wish';
import { createWalk, type Walk } from './simulated-walk';

export const STEP_MS = 2_000;

export interface SimulatedOptions {
	readonly wish: SimulateWish;
	/** Its sockets show the login token: it is not in the address. */
	readonly WebSocket: WebSocketClass;
	readonly time: Time;
	readonly say: (line: string) => void;
	/** It is over for this person, with the last words and the exit code. */
	readonly onEnd: (words: string, exitCode: number) => void;
	/** A try to connect did not get through. */
	readonly onFailedTry: () => void;
}

/** One person of a meeting on his way: walks, arrives and stands there until the meeting ends. */
export class SimulatedPerson {
	readonly #options: SimulatedOptions;
	readonly #socket: ReconnectingSocket;
	readonly #clock = new ServerClock();
	#meeting: MeetingState | null = null;
	#walk: Walk | null = null;
	#fix: Fix | null = null;
	#sent: Fix | null = null;
	#said = '';
	#cancel: Cancel = () => undefined;
	#isOver = false;

	constructor(options: SimulatedOptions) {
		const { wish, WebSocket, time, onFailedTry } = options;
		this.#options = options;
		this.#socket = new ReconnectingSocket({
			url: meetingSocketUrl(wish.origin, wish.meetingId),
			WebSocket,
			time,
			isOnline: () => true,
			onText: (text) => this.#onText(text),
			onChange: () => this.#onConnection(),
			onFailedTry,
		});
	}

	start(): void {
		this.#cancel = this.#options.time.every(STEP_MS, () => this.#step());
		this.#socket.start();
	}

	/** Leaves the road, not the meeting. */
	stop(): void {
		this.#isOver = true;
		this.#cancel();
		this.#socket.stop('ended');
	}

	#onText(text: string): void {
		const message = readServerFrame(text);
		if (message === null) return;
		this.#clock.hear(message, this.#options.time.nowMs());
		const isFirst = message.type === 'welcome' && this.#meeting === null;
		if (message.type === 'welcome') this.#meeting ??= fromWelcome(message.payload);
		if (this.#meeting === null) return;
		this.#meeting = apply(this.#meeting, message, this.#nowMs());
		if (this.#meeting.ended !== null)
			this.#end(`The meeting is over (${endOf(this.#meeting)}).`, 0);
		else this.#hear(message, isFirst);
	}

	#hear(message: ServerMessage, isFirst: boolean): void {
		const { say } = this.#options;
		switch (message.type) {
			case 'welcome':
				if (isFirst) say(`Walking as ${this.#name()}. Ctrl-C stops; the meeting goes on.`);
				// Paused by an earlier page or command: nobody would be told where he walks.
				if (this.#meeting && knownSelf(this.#meeting)?.sharing.state !== 'live')
					this.#socket.send(clientFrame('sharing_update', { state: 'live' }));
				this.#step();
				break;
			case 'peer_location':
				this.#tell();
				break;
			case 'im_here_update':
				if (message.payload.user_ids.length > 0) say('Somebody pressed "I\'m here".');
				break;
			case 'error':
				say(`The server refused: ${message.payload.code}, ${message.payload.message}.`);
				break;
			default: // is in the meeting's state, and needs no words
		}
	}

	#onConnection(): void {
		const { connection } = this.#socket;
		if (this.#isOver) return;
		switch (connection.state) {
			case 'reconnecting':
				if (connection.inMs > 0) this.#options.say('The connection is away. Trying again …');
				break;
			case 'elsewhere':
				this.#end('The same person is connected from elsewhere: he can walk only once.', 1);
				break;
			case 'closed':
				this.#end('The server closed this person’s seat.', connection.why === 'ended' ? 0 : 1);
				break;
			default:
		}
	}

	#step(): void {
		if (this.#meeting === null) return;
		const { wish, say, time } = this.#options;
		const nowMs = this.#nowMs();
		const peer = this.#peerFix();
		this.#walk ??= createWalk({ ...wish, fromDeg: time.random() * 360 }, peer, nowMs);
		const hadArrived = this.#walk.hasArrived;
		this.#fix = this.#walk.step(peer, nowMs);
		const isStanding = this.#walk.hasArrived;
		if (isStanding && !hadArrived) say('Arrived. Standing here until Ctrl-C.');
		const peerDistanceM = peer === null ? null : distanceM(this.#fix, peer);
		const input = { lastSent: this.#sent, fix: this.#fix, peerDistanceM };
		// While he walks, every step, the last one too; then only as often as a phone that lies still.
		if (isStanding && hadArrived && !isDue(input, this.#sent?.atMs ?? null, nowMs)) return;
		if (this.#socket.send(clientFrame('location_update', fixToWire(this.#fix))))
			this.#sent = this.#fix;
		this.#tell();
	}

	/** Where the other is from here, as often as that changes by a metre. */
	#tell(): void {
		const peer = this.#peerFix();
		const name = (this.#meeting && knownPeer(this.#meeting)?.name) ?? 'the other person';
		const line =
			this.#fix === null || peer === null
				? `Nobody knows yet where ${name} is.`
				: `${Math.round(distanceM(this.#fix, peer))} m to ${name}.`;
		if (line !== this.#said) this.#options.say(line);
		this.#said = line;
	}

	#end(words: string, exitCode: number): void {
		if (this.#isOver) return;
		this.stop();
		this.#options.onEnd(words, exitCode);
	}

	#name(): string {
		return (this.#meeting && knownSelf(this.#meeting)?.name) ?? 'somebody';
	}

	#peerFix(): Fix | null {
		const meeting = this.#meeting;
		return meeting?.fixes[knownPeer(meeting)?.id ?? ''] ?? null;
	}

	#nowMs(): number {
		return this.#clock.atServer(this.#options.time.nowMs());
	}
}

function endOf({ ended }: MeetingState): string {
	return ended?.reason ?? 'no reason given';
}
