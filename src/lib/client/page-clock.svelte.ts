import { systemTime, type Cancel, type Time } from './time';

/** Countdowns of this page are in minutes and seconds. */
const TICK_MS = 1_000;

/**
 * The server's clock as it was when the page was read, and what passed here since. A device's own clock
 * may be wrong by minutes; how fast it goes is right.
 */
export class PageClock {
	#nowMs = $state(0);

	constructor(
		serverAtMs: number,
		private readonly time: Time = systemTime,
	) {
		this.#nowMs = serverAtMs;
	}

	get nowMs(): number {
		return this.#nowMs;
	}

	/** Goes on from here, until cancelled. */
	follow(serverAtMs: number): Cancel {
		const startedAtMs = this.time.nowMs();
		this.#nowMs = serverAtMs;
		return this.time.every(TICK_MS, () => {
			this.#nowMs = serverAtMs + this.time.nowMs() - startedAtMs;
		});
	}
}
