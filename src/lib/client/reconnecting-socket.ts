import { afterClose, clientFrame, CLOSE } from '$lib/protocol';
import { restartDelayMs, retryDelayMs } from './backoff';
import type { Connection } from './live-view';
import type { FollowsPage } from './page-life';
import type { WebSocketClass, WebSocketLike } from './socket-port';
import type { Cancel, Time } from './time';

export type WhyClosed = Extract<Connection, { state: 'closed' }>['why'];

export interface SocketOptions {
	/** Always the original address. */
	readonly url: string;
	readonly WebSocket: WebSocketClass;
	readonly time: Time;
	/** What the device says; used for the words only: a server may be reachable without internet. */
	readonly isOnline: () => boolean;
	readonly onText: (text: string) => void;
	/** The connection changed. `live` means that the server has spoken. */
	readonly onChange: () => void;
	/**
	 * A try did not get through. Browsers hide why a handshake was refused, so whoever cares asks by
	 * HTTP whether the meeting still is, and calls `stop` if not.
	 */
	readonly onFailedTry?: () => void;
}

export const WATCHDOG = {
	/** A try that has not brought the first frame by then is given up. */
	openTimeoutMs: 10_000,
	/** After so much silence we ask for a sign of life … */
	silenceMs: 10_000,
	/** … and after so much more we call the connection lost. */
	answerMs: 3_000,
	/** Also a busy connection measures the clock now and then. */
	pingEveryMs: 60_000,
	/** A connection that held so long has earned short waits again. */
	steadyMs: 10_000,
} as const;

type Phase = 'idle' | 'trying' | 'live' | 'waiting' | 'asleep' | 'elsewhere' | 'closed';
const OPEN = 1;

/** Keeps one socket open for as long as it makes sense. Nothing sent while it is away is kept. */
export class ReconnectingSocket implements FollowsPage {
	readonly #options: SocketOptions;
	#phase: Phase = 'idle';
	#why: WhyClosed = 'ended';
	#socket: WebSocketLike | null = null;
	#attempt = 0;
	#everLive = false;
	#tryAtMs = 0;
	#triedAtMs = 0;
	#liveSinceMs = 0;
	#heardAtMs = 0;
	#pingedAtMs = 0;
	#cancelTimer: Cancel = () => undefined;
	#cancelAnswer: Cancel | null = null;

	constructor(options: SocketOptions) {
		this.#options = options;
	}

	get connection(): Connection {
		switch (this.#phase) {
			case 'live':
				return { state: 'live' };
			case 'elsewhere':
				return { state: 'elsewhere' };
			case 'closed':
				return { state: 'closed', why: this.#why };
			case 'idle':
			case 'asleep':
				return { state: 'connecting' };
			case 'trying':
			case 'waiting': {
				if (!this.#options.isOnline()) return { state: 'offline' };
				if (!this.#everLive && this.#attempt === 0) return { state: 'connecting' };
				const inMs = Math.max(0, this.#tryAtMs - this.#options.time.nowMs());
				return { state: 'reconnecting', inMs: this.#phase === 'waiting' ? inMs : 0 };
			}
		}
	}

	start(): void {
		if (this.#phase === 'idle') this.#try();
	}

	/** Whether it was handed over to the network; false while the connection is away. */
	send(frame: string): boolean {
		if (this.#phase !== 'live' || this.#socket?.readyState !== OPEN) return false;
		this.#socket.send(frame);
		return true;
	}

	/** A tap, or a reason to believe that the network is back. */
	reconnectNow(): void {
		const { nowMs } = this.#options.time;
		// A try that hangs since before the network came back would go on hanging.
		const hangs = this.#phase === 'trying' && nowMs() - this.#triedAtMs >= WATCHDOG.answerMs;
		if (this.#phase !== 'waiting' && this.#phase !== 'elsewhere' && !hangs) return;
		this.#attempt = 0;
		this.#try();
	}

	check(): void {
		if (this.#phase === 'live') this.#ping();
		// Another tab of the same person is in charge: only a tap brings it back here.
		else if (this.#phase !== 'elsewhere') this.reconnectNow();
	}

	sleep(): void {
		if (this.#phase === 'closed' || this.#phase === 'elsewhere' || this.#phase === 'idle') return;
		this.#letGo();
		this.#enter('asleep');
	}

	wake(): void {
		if (this.#phase !== 'asleep') return;
		this.#attempt = 0;
		this.#try();
	}

	/** For good. */
	stop(why: WhyClosed): void {
		if (this.#phase === 'closed') return;
		this.#letGo();
		this.#why = why;
		this.#enter('closed');
	}

	#try(): void {
		this.#letGo();
		const { WebSocket, time, url, onText } = this.#options;
		const socket = new WebSocket(url);
		this.#socket = socket;
		this.#triedAtMs = time.nowMs();
		// Events of a socket that was let go come late and concern nobody any more.
		const mine = () => this.#socket === socket;
		socket.addEventListener('message', ({ data }) => {
			if (!mine() || typeof data !== 'string') return;
			this.#heard();
			onText(data);
		});
		socket.addEventListener('close', ({ code }) => mine() && this.#closed(code));
		// An error is always followed by close; unheard, it would end a Node process.
		socket.addEventListener('error', () => undefined);
		this.#cancelTimer = time.after(WATCHDOG.openTimeoutMs, () => this.#lost());
		this.#enter('trying');
	}

	#heard(): void {
		const nowMs = this.#options.time.nowMs();
		this.#heardAtMs = nowMs;
		this.#cancelAnswer?.();
		this.#cancelAnswer = null;
		if (this.#phase === 'live') return;
		this.#liveSinceMs = nowMs;
		this.#everLive = true;
		this.#enter('live');
		// At once, to measure the clock by a round trip.
		this.#ping();
		this.#watch();
	}

	#watch(): void {
		const { time } = this.#options;
		this.#cancelTimer();
		const dueAtMs = Math.min(
			this.#heardAtMs + WATCHDOG.silenceMs,
			this.#pingedAtMs + WATCHDOG.pingEveryMs,
		);
		this.#cancelTimer = time.after(Math.max(1_000, dueAtMs - time.nowMs()), () => {
			const nowMs = time.nowMs();
			const silent = nowMs - this.#heardAtMs >= WATCHDOG.silenceMs;
			if (silent || nowMs - this.#pingedAtMs >= WATCHDOG.pingEveryMs) this.#ping();
			if (this.#phase === 'live') this.#watch();
		});
	}

	/** Asks for a sign of life. Any frame counts as the answer. */
	#ping(): void {
		if (this.#cancelAnswer !== null) return;
		const { time } = this.#options;
		this.#pingedAtMs = time.nowMs();
		this.send(clientFrame('ping', { client_ts_ms: this.#pingedAtMs }));
		this.#cancelAnswer = time.after(WATCHDOG.answerMs, () => this.#lost());
	}

	#closed(code: number): void {
		switch (afterClose(code)) {
			case 'stop': {
				this.stop(WHY_CLOSED[code] ?? 'ended');
				return;
			}
			case 'wait_for_tap':
				this.#letGo();
				{
					this.#enter('elsewhere');
					return;
				}
			case 'retry': {
				this.#lost(code);
				return;
			}
		}
	}

	#lost(code?: number): void {
		const { time, onFailedTry } = this.#options;
		const wasLive = this.#phase === 'live';
		this.#letGo();
		const nowMs = time.nowMs();
		// Not at the mere opening: a server that takes everybody in and throws them out would be stormed.
		if (wasLive && nowMs - this.#liveSinceMs >= WATCHDOG.steadyMs) this.#attempt = 0;
		const delayMs =
			code === CLOSE.restart.code
				? restartDelayMs(time.random())
				: retryDelayMs(this.#attempt, time.random());
		this.#attempt += 1;
		this.#tryAtMs = nowMs + delayMs;
		this.#cancelTimer = time.after(delayMs, () => this.#try());
		this.#enter('waiting');
		if (!wasLive) onFailedTry?.();
	}

	#letGo(): void {
		this.#cancelTimer();
		this.#cancelAnswer?.();
		this.#cancelAnswer = null;
		const socket = this.#socket;
		this.#socket = null;
		socket?.close(1000);
	}

	#enter(phase: Phase): void {
		this.#phase = phase;
		this.#options.onChange();
	}
}

const WHY_CLOSED: Readonly<Record<number, WhyClosed>> = {
	[CLOSE.ended.code]: 'ended',
	[CLOSE.removed.code]: 'removed',
	[CLOSE.loginRevoked.code]: 'logged_out',
};
