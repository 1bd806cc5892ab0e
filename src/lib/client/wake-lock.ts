import type { WakeLockState } from './live-view';

/** The part of `WakeLockSentinel` and `navigator.wakeLock` that is needed. */
export interface WakeLockSentinelLike {
	readonly released: boolean;
	release(): Promise<void>;
	addEventListener(type: 'release', listener: () => void): void;
}
export interface WakeLockPort {
	request(type: 'screen'): Promise<WakeLockSentinelLike>;
}

/**
 * Keeps the screen on while wanted and visible. The browser drops the lock whenever the page hides
 * and may refuse it: on a low battery, and Safari also where nobody has touched the page since it loaded.
 * `state` is always what is true, not what was wished.
 */
export class ScreenWakeLock {
	#wanted = false;
	#asking = false;
	#lock: WakeLockSentinelLike | null = null;
	#state: WakeLockState;
	readonly #port: WakeLockPort | null;
	readonly #isVisible: () => boolean;
	readonly #onState: (state: WakeLockState) => void;

	constructor(
		port: WakeLockPort | null,
		isVisible: () => boolean,
		onState: (state: WakeLockState) => void,
	) {
		this.#port = port;
		this.#isVisible = isVisible;
		this.#onState = onState;
		this.#state = port === null ? 'unsupported' : 'off';
		onState(this.#state);
	}

	get state(): WakeLockState {
		return this.#state;
	}

	async set(wanted: boolean): Promise<void> {
		this.#wanted = wanted;
		if (wanted) await this.#take();
		else await this.#release();
	}

	/** The page came back or was touched: take again what was refused or what hiding took away. */
	async retry(): Promise<void> {
		if (this.#wanted) await this.#take();
	}

	async #take(): Promise<void> {
		if (this.#port === null || this.#asking || this.#lock !== null || !this.#isVisible()) return;
		this.#asking = true;
		try {
			const lock = await this.#port.request('screen');
			lock.addEventListener('release', () => this.#lost(lock));
			this.#lock = lock;
		} catch {
			this.#tell('refused'); // low battery, not touched yet, or the page hid while asking
			return;
		} finally {
			this.#asking = false;
		}
		if (!this.#wanted) await this.#release();
		else if (this.#lock.released) this.#lost(this.#lock);
		else this.#tell('on');
	}

	async #release(): Promise<void> {
		const lock = this.#lock;
		this.#lock = null;
		if (this.#port !== null) this.#tell('off');
		await lock?.release();
	}

	#lost(lock: WakeLockSentinelLike): void {
		if (this.#lock !== lock) return;
		this.#lock = null;
		this.#tell('off');
	}

	#tell(state: WakeLockState): void {
		if (state === this.#state) return;
		this.#state = state;
		this.#onState(state);
	}
}
