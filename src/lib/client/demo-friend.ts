import { distanceM, type Fix } from '$lib/geo';
import { judgePress, judgeProximity, openWindow } from '$lib/meeting';
import { clientFrame, fixToWire, readServerFrame } from '$lib/protocol';
import { createApi } from './api';
import { ServerClock } from './clock';
import type { Seat } from './demo-seat';
import { DEMO, DemoWalk, type WalkWish } from './demo-walk';
import type { DeviceMemory } from './device-memory';
import { apply, fromWelcome, type MeetingState } from './meeting-state';
import { followPage, NO_PAGE, type PageLife } from './page-life';
import { ReconnectingSocket } from './reconnecting-socket';
import { meetingSocketUrl, type WebSocketClass } from './socket-port';
import type { Cancel, Time } from './time';
import { knownPeer, knownSelf } from './views';
import { askStanding } from './whether-over';

export type DemoState =
	/** Connected or on the way to it, but does not know yet where the other is. */
	| { readonly is: 'waiting' }
	| { readonly is: 'walking'; readonly leftM: number }
	| { readonly is: 'arrived' }
	/** `reason` of the end, null where the seat was lost otherwise. */
	| { readonly is: 'gone'; readonly reason: string | null };

export interface DemoOptions {
	/** Of the server: `https://meet.example`. */
	readonly origin: string;
	readonly WebSocket: WebSocketClass;
	readonly fetch: typeof fetch;
	readonly time: Time;
	readonly page?: PageLife;
	/** For coming back after a reload. */
	readonly memory?: DeviceMemory;
	readonly wish?: Partial<WalkWish>;
	readonly onState?: (state: DemoState) => void;
}

/** A person looks at the question before he answers it. */
const ANSWER_MS = 1_500;

/**
 * A simulated person: waits until he knows where the other is, walks up to him, confirms when asked
 * and leaves at the end. Speaks the public protocol like any other client.
 */
export class DemoFriend {
	readonly #options: DemoOptions;
	readonly #seat: Seat;
	readonly #socket: ReconnectingSocket;
	readonly #clock = new ServerClock();
	readonly #wish: WalkWish;
	#meeting: MeetingState | null = null;
	#walk: DemoWalk | null = null;
	#fix: Fix | null = null;
	#walkedM: number;
	#state: DemoState = { is: 'waiting' };
	/** The window that is being answered, by its end. */
	#answering: number | null = null;
	#cancels: Cancel[] = [];

	constructor(options: DemoOptions, seat: Seat) {
		const { time, page = NO_PAGE, wish } = options;
		this.#options = options;
		this.#seat = seat;
		this.#walkedM = seat.walkedM ?? 0;
		this.#wish = {
			startM: Math.max(DEMO.stopM * 2, DEMO.startM - this.#walkedM),
			speedMps: DEMO.speedMps,
			fromDeg: Math.round(time.random() * 360),
			...wish,
		};
		this.#socket = new ReconnectingSocket({
			url: meetingSocketUrl(options.origin, seat.meetingId, seat.token),
			WebSocket: options.WebSocket,
			time,
			isOnline: () => page.isOnline(),
			onText: (text) => this.#onText(text),
			onChange: () => this.#onConnection(),
			onFailedTry: () => void this.#askStanding(),
		});
	}

	get state(): DemoState {
		return this.#state;
	}

	start(): void {
		const { time, page = NO_PAGE, memory } = this.#options;
		const { meetingId, token, walkedM = 0 } = this.#seat;
		memory?.rememberDemo(meetingId, { token, walkedM });
		this.#cancels = [time.every(DEMO.stepMs, () => this.#step()), followPage(this.#socket, page)];
		this.#socket.start();
	}

	/** The page goes. The friend keeps his seat, to come back to it. */
	stop(): void {
		this.#letGo();
		this.#socket.sleep();
	}

	/** Ends the meeting for both. Resolves to false if the server could not be reached. */
	async end(): Promise<boolean> {
		const { origin, fetch } = this.#options;
		const { token, meetingId } = this.#seat;
		const answer = await createApi({ fetch, baseUrl: origin, token }).end(meetingId);
		return answer.ok || answer.code === 'MEETING_ENDED';
	}

	#onText(text: string): void {
		const message = readServerFrame(text);
		if (message === null) return;
		this.#clock.hear(message, this.#options.time.nowMs());
		if (message.type === 'welcome') this.#meeting ??= fromWelcome(message.payload);
		if (this.#meeting === null) return;
		this.#meeting = apply(this.#meeting, message, this.#nowMs());
		const { ended } = this.#meeting;
		if (ended !== null) {
			this.#gone(ended.reason);
			return;
		}
		// A page that hid or went may have left him paused; said without need, it is news to the other.
		if (message.type === 'welcome' && knownSelf(this.#meeting)?.sharing.state !== 'live')
			this.#socket.send(clientFrame('sharing_update', { state: 'live' }));
		this.#answer();
	}

	#onConnection(): void {
		const { connection } = this.#socket;
		if (connection.state === 'closed') this.#gone(null);
	}

	async #askStanding(): Promise<void> {
		const { origin, fetch } = this.#options;
		const { token, meetingId } = this.#seat;
		const standing = await askStanding(createApi({ fetch, baseUrl: origin, token }), meetingId);
		if (standing.is === 'ended') this.#gone(standing.session?.end_reason ?? null);
		if (standing.is === 'removed' || standing.is === 'logged_out') this.#gone(null);
	}

	#step(): void {
		const goal = this.#peerFix();
		if (this.#meeting === null || goal === null) return;
		const nowMs = this.#nowMs();
		this.#walk ??= new DemoWalk(goal, this.#wish, nowMs, this.#ownFixBefore());
		const before = this.#fix;
		this.#fix = this.#walk.step(goal, nowMs);
		if (before !== null) this.#walkedM += distanceM(before, this.#fix);
		this.#options.memory?.rememberDemo(this.#seat.meetingId, {
			token: this.#seat.token,
			walkedM: this.#walkedM,
		});
		const leftM = Math.round(distanceM(this.#fix, goal));
		this.#tell(this.#walk.hasArrived ? { is: 'arrived' } : { is: 'walking', leftM });
		this.#socket.send(clientFrame('location_update', fixToWire(this.#fix)));
		this.#answer();
	}

	/** The other pressed "I'm here": so do we, a moment later; again and again while we may not. */
	#answer(): void {
		const window = openWindow(this.#meeting?.here ?? null, this.#nowMs());
		if (this.#meeting === null || window === null) return;
		const { selfId } = this.#meeting;
		if (window.presses.some(({ personId }) => personId === selfId)) return;
		if (this.#answering === window.expiresAtMs) return;
		this.#answering = window.expiresAtMs;
		this.#cancels.push(
			this.#options.time.after(ANSWER_MS, () => {
				this.#answering = null;
				this.#press();
			}),
		);
	}

	#press(): void {
		const meeting = this.#meeting;
		if (meeting === null || openWindow(meeting.here, this.#nowMs()) === null) return;
		const peer = knownPeer(meeting);
		const self = knownSelf(meeting);
		const proximity = judgeProximity(
			{ fix: this.#fix, sharing: self?.sharing.state ?? 'live' },
			{ fix: this.#peerFix(), sharing: peer?.sharing.state ?? 'live' },
			this.#nowMs(),
		);
		const byHand = !judgePress(proximity, false).ok;
		if (!judgePress(proximity, byHand).ok) return; // still too far: the next step asks again
		this.#socket.send(clientFrame('im_here', byHand ? { manual: true } : {}));
	}

	#peerFix(): Fix | null {
		const meeting = this.#meeting;
		return meeting?.fixes[knownPeer(meeting)?.id ?? ''] ?? null;
	}

	/** Where the server last saw him, after a reload. */
	#ownFixBefore(): Fix | null {
		return this.#meeting?.fixes[this.#meeting.selfId] ?? null;
	}

	#gone(reason: string | null): void {
		if (this.#state.is === 'gone') return;
		this.#state = { is: 'gone', reason };
		this.#letGo();
		this.#options.memory?.forgetDemo(this.#seat.meetingId);
		this.#meeting = null;
		this.#fix = null;
		this.#socket.stop('ended');
		this.#options.onState?.(this.#state);
	}

	#letGo(): void {
		for (const cancel of this.#cancels) cancel();
		this.#cancels = [];
	}

	#tell(state: DemoState): void {
		this.#state = state;
		this.#options.onState?.(state);
	}

	#nowMs(): number {
		return this.#clock.atServer(this.#options.time.nowMs());
	}
}
