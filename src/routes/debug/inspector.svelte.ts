import { createApi } from '$lib/client/api';
import { ServerClock } from '$lib/client/clock';
import { apply, fromWelcome, ownFix, type MeetingState } from '$lib/client/meeting-state';
import { meetingSocketUrl } from '$lib/client/socket-port';
import { knownPeer, knownSelf } from '$lib/client/views';
import { pointAt, type LatLon } from '$lib/geo';
import {
	afterClose,
	clientFrame,
	CLOSE,
	fixToWire,
	readServerFrame,
	WIRE_LIMITS,
	type AfterClose,
	type ClientMessageType,
	type ClientPayload,
} from '$lib/protocol';
import { toFrame, withFrame, type Frame } from './frames';
import { spotOf, startOf, type Spot } from './plane';
import type { Seat } from './seat';

export interface Closed {
	readonly code: number;
	readonly reason: string;
	/** Of the protocol's table; null for codes it does not name, which are network trouble. */
	readonly name: string | null;
	readonly after: AfterClose;
	/** What the server says by HTTP about a handshake that failed: a browser hides it. */
	readonly refusal: string | null;
}

const ACCURACY_M = 5;
/** Well before a position counts as old. */
const REPEAT_MS = 10_000;
const SEND_EVERY_MS = 1_000 / WIRE_LIMITS.updatesPerS;

/** One socket, bare: nothing is sent or tried again that nobody asked for, but "repeat" if it is on. */
export class Inspector {
	phase = $state<'idle' | 'connecting' | 'open'>('idle');
	closed = $state.raw<Closed | null>(null);
	repeats = $state(true);
	#frames = $state.raw<readonly Frame[]>([]);
	#held = $state.raw<readonly Frame[] | null>(null);
	#meeting = $state.raw<MeetingState | null>(null);
	#own = $state.raw<LatLon | null>(null);
	#origin = $state.raw<LatLon | null>(null);
	readonly #clock = new ServerClock();
	#socket: WebSocket | null = null;
	#nextId = 1;
	#sentAtMs = 0;
	#timer: ReturnType<typeof setTimeout> | undefined;

	readonly frames = $derived(this.#held ?? this.#frames);
	readonly isPaused = $derived(this.#held !== null);
	/** How many the paused list does not show. */
	readonly unseen = $derived(
		this.#held === null ? 0 : countAfter(this.#frames, this.#held[0]?.id ?? 0),
	);
	readonly self = $derived(this.#meeting === null ? undefined : knownSelf(this.#meeting));
	readonly peer = $derived(this.#meeting === null ? undefined : knownPeer(this.#meeting));
	readonly own = $derived(this.#own);
	readonly ownSpot = $derived(this.#spot(this.#own));
	readonly peerSpot = $derived(this.#spot(this.#peerAt()));

	connect({ session, token }: Seat): void {
		this.disconnect();
		this.closed = null;
		this.#meeting = null;
		this.phase = 'connecting';
		const socket = new WebSocket(
			meetingSocketUrl(location.origin, session, token === '' ? undefined : token),
		);
		this.#socket = socket;
		const mine = () => this.#socket === socket;
		socket.addEventListener('open', () => {
			if (mine()) this.phase = 'open';
		});
		socket.addEventListener('message', ({ data }) => {
			if (mine() && typeof data === 'string') this.#hear(data);
		});
		socket.addEventListener('close', ({ code, reason }) => {
			if (!mine()) return;
			const wasOpen = this.phase === 'open';
			this.#leave();
			this.#tellClose(code, reason, null);
			if (!wasOpen) void this.#askWhy({ session, token }, code, reason);
		});
	}

	disconnect(): void {
		const socket = this.#socket;
		if (socket === null) return;
		this.#leave();
		socket.close(1000);
		this.#note('1000', 'disconnect');
	}

	/** Sends what the protocol knows. */
	say<T extends ClientMessageType>(type: T, payload: ClientPayload<T>): void {
		this.sendRaw(clientFrame(type, payload));
	}

	/** Sends anything, to see what the server makes of it. */
	sendRaw(text: string): void {
		if (this.#socket === null || this.phase !== 'open') return;
		this.#socket.send(text);
		this.#add('out', text);
	}

	move(deg: number, metres: number): void {
		if (this.#own === null) return;
		this.#moveTo(pointAt(this.#own, deg, metres));
	}

	pause(): void {
		this.#held = this.#held === null ? this.#frames : null;
	}

	clear(): void {
		this.#frames = [];
		if (this.#held !== null) this.#held = [];
	}

	#moveTo(at: LatLon): void {
		this.#own = at;
		this.#sendSoon(this.#sentAtMs + SEND_EVERY_MS - performance.now());
	}

	/** Steps faster than the limit become one message with where they led. */
	#sendSoon(delayMs: number): void {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.sendPlace(), Math.max(0, delayMs));
	}

	sendPlace(): void {
		clearTimeout(this.#timer);
		if (this.#own === null || this.phase !== 'open') return;
		this.#sentAtMs = performance.now();
		const fix = {
			...this.#own,
			accuracyM: ACCURACY_M,
			atMs: this.#clock.atServer(Date.now()),
		};
		if (this.#meeting !== null) this.#meeting = ownFix(this.#meeting, fix);
		this.say('location_update', fixToWire(fix));
		this.#timer = setTimeout(() => {
			if (this.repeats) this.sendPlace();
		}, REPEAT_MS);
	}

	#hear(text: string): void {
		this.#add('in', text);
		const message = readServerFrame(text);
		if (message === null) return;
		this.#clock.hear(message, Date.now());
		if (message.type === 'welcome') {
			this.#meeting = fromWelcome(message.payload);
			const { selfId, fixes } = this.#meeting;
			this.#own ??= startOf(fixes[selfId] ?? null, this.#peerAt());
			this.#origin ??= this.#peerAt() ?? this.#own;
		} else if (this.#meeting !== null)
			this.#meeting = apply(this.#meeting, message, this.#clock.atServer(Date.now()));
	}

	async #askWhy({ session, token }: Seat, code: number, reason: string): Promise<void> {
		const options = token === '' ? { fetch } : { fetch, token };
		const answer = await createApi(options).snapshot(session);
		if (!answer.ok && this.phase === 'idle') this.#tellClose(code, reason, answer.code);
	}

	#tellClose(code: number, reason: string, refusal: string | null): void {
		const named = Object.entries(CLOSE).find(([, close]) => close.code === code);
		this.closed = { code, reason, name: named?.[0] ?? null, after: afterClose(code), refusal };
		this.#note(String(code), [reason, refusal].filter(Boolean).join(' '));
	}

	#leave(): void {
		clearTimeout(this.#timer);
		this.#socket = null;
		this.phase = 'idle';
	}

	#peerAt(): LatLon | null {
		const meeting = this.#meeting;
		return meeting?.fixes[knownPeer(meeting)?.id ?? ''] ?? null;
	}

	#spot(at: LatLon | null): Spot | null {
		return at === null || this.#origin === null ? null : spotOf(at, this.#origin);
	}

	#add(direction: 'in' | 'out', text: string): void {
		this.#frames = withFrame(this.#frames, toFrame(this.#nextId++, Date.now(), direction, text));
	}

	#note(type: string, text: string): void {
		const frame: Frame = { id: this.#nextId++, atMs: Date.now(), direction: 'note', type, text };
		this.#frames = withFrame(this.#frames, frame);
	}
}

function countAfter(frames: readonly Frame[], id: number): number {
	return frames.filter((frame) => frame.id > id).length;
}
