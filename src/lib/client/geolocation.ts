import { FIX_LIMITS } from '$lib/geo';
import { deviceFix, FixTimes, isSamePlace, type DeviceFix } from './device-fix';
import { POSITION_ERROR, type GeolocationEnv } from './geolocation-env';
import type { LocationState } from './live-view';
import type { Cancel } from './time';

export interface LocationListeners {
	onFix(fix: DeviceFix): void;
	onState(state: LocationState): void;
}

export const WATCH = {
	options: { enableHighAccuracy: true, maximumAge: 0, timeout: 20_000 },
	/** A fix this young outweighs an error: the watch goes on. */
	recentMs: 20_000,
	/** Watches report changes only. Somebody who stands still is asked for again, well inside 15 s. */
	quietMs: 10_000,
	/** How long a single question may take: with the quiet before it, still inside 15 s. */
	askTimeoutMs: 4_000,
	breathMs: 50,
	/** Whoever moved faster than this when last seen does not stand still, he is lost. */
	stillMps: 0.5,
	/** After an error, unless a fix comes before. */
	restartMs: 3_000,
} as const;

/** Watches the device's position and names what is wrong where there is none. */
export class LocationWatch {
	readonly #env: GeolocationEnv;
	readonly #listeners: LocationListeners;
	#state: LocationState = { state: 'off' };
	#watchId: number | null = null;
	/** Whether positions are wished for, also while the page rests. */
	#wanted = false;
	#isResting = false;
	/** Positions were wished for when the permission went: they may go on when it is back. */
	#wasWanted = false;
	/** The browser's own question, if it had one, is answered. */
	#isAnswered = false;
	/** The single question that is open; an answer to any other one comes too late. */
	#question: symbol | null = null;
	#lastFixAtMs: number | null = null;
	#times = new FixTimes();
	/** An answer that was too old to be taken at once. */
	#held: GeolocationPosition | null = null;
	/** The last fix of this watch; null after the page was hidden, when nobody knows what happened. */
	#seen: DeviceFix | null = null;
	#isConfirming = false;
	#cancelQuiet: Cancel = () => undefined;
	#cancelRestart: Cancel = () => undefined;

	constructor(env: GeolocationEnv, listeners: LocationListeners) {
		this.#env = env;
		this.#listeners = listeners;
	}

	get state(): LocationState {
		return this.#state;
	}

	/** Only from a tap, or where asking is known to be settled: the browser may ask here. */
	start(): void {
		if (this.#env.geolocation === null) {
			this.#tell({ state: 'unsupported' });
			return;
		}
		if (!this.#env.isSecure) {
			this.#tell({ state: 'insecure' });
			return;
		}
		const { state } = this.#state;
		if (this.#wanted && (state === 'asking' || state === 'watching')) return;
		// "Try again" keeps what is known of the browser's own question.
		if (!this.#wanted) this.#isAnswered = false;
		this.#wanted = true;
		this.#lastFixAtMs = null;
		this.#tell({ state: 'asking' });
		this.#watch();
	}

	stop(): void {
		this.#wanted = false;
		this.#wasWanted = false;
		this.#letGo();
		this.#lastFixAtMs = null;
		if (this.#state.state !== 'denied') this.#tell({ state: 'off' });
	}

	/** The page hides: nothing comes anyway. What is known of the permission stays. */
	rest(): void {
		this.#isResting = true;
		this.#letGo();
	}

	/** The page is back: browsers go on badly with a watch from before. */
	wake(): void {
		this.#isResting = false;
		if (this.#wanted) this.#watch();
	}

	/**
	 * A permission may have been given or taken in the settings, which Safari reports to nobody
	 * (WebKit bug 259432): asked again whenever the page gets the focus.
	 */
	async recheckPermission(): Promise<void> {
		const permission = await this.#env.permission();
		const isDenied = this.#state.state === 'denied';
		if (permission === 'denied' && this.#wanted) this.#denied();
		else if (permission === 'granted' && isDenied && this.#wasWanted) this.start();
		else if ((permission === 'granted' || permission === 'prompt') && isDenied)
			this.#tell({ state: 'off' });
	}

	#watch(): void {
		this.#letGo();
		const { geolocation } = this.#env;
		// Started while the page goes: `wake` begins the watch, or nobody does.
		if (geolocation === null || this.#isResting) return;
		const id = geolocation.watchPosition(
			(position) => this.#watchId === id && this.#got(position),
			(error) => this.#watchId === id && this.#failed(error.code),
			WATCH.options,
		);
		this.#watchId = id;
		this.#waitQuietly();
	}

	#waitQuietly(): void {
		this.#cancelQuiet();
		// Not before the browser's own question is answered: it would only be asked twice.
		if (!this.#isAnswered) return;
		this.#cancelQuiet = this.#env.time.after(WATCH.quietMs, () => this.#ask());
	}

	#ask(): void {
		if (this.#question !== null || this.#watchId === null) return;
		const question = Symbol('question');
		this.#question = question;
		const settle = (then: () => void) => {
			if (this.#question !== question) return;
			this.#question = null;
			then();
			this.#waitQuietly();
		};
		this.#env.geolocation?.getCurrentPosition(
			(position) => settle(() => this.#got(position)),
			(error) =>
				settle(() =>
					error.code === POSITION_ERROR.timeout ? this.#nothingNew() : this.#failed(error.code),
				),
			{ ...WATCH.options, timeout: WATCH.askTimeoutMs },
		);
	}

	/**
	 * A question while the watch runs brought nothing. What the device said last is then all it has: an
	 * old answer is taken with its age. And a watch without an error reports no change (W3C Geolocation,
	 * "watchPosition"): asked from scratch, the device must say the same again for it to count as now.
	 */
	#nothingNew(): void {
		const held = this.#held;
		if (held !== null && this.#env.time.nowMs() - held.timestamp < FIX_LIMITS.clockToleranceMs) {
			this.#take(held, held.timestamp);
			return;
		}
		const seen = this.#seen;
		if (seen === null || (seen.speedMps ?? 0) > WATCH.stillMps) {
			this.#failed(POSITION_ERROR.timeout);
			return;
		}
		this.#letGo();
		// Not in the same breath: Chromium would take it for the old watch and have nothing new to say.
		this.#cancelRestart = this.#env.time.after(WATCH.breathMs, () => {
			this.#watch();
			this.#seen = seen;
			this.#isConfirming = true;
		});
	}

	#got(position: GeolocationPosition): void {
		this.#isAnswered = true;
		const nowMs = this.#env.time.nowMs();
		const isStill = this.#isConfirming && isSamePlace(position.coords, this.#seen);
		this.#isConfirming = false;
		const atMs = isStill ? nowMs : this.#times.believed(position.timestamp, nowMs);
		// Asked again at once, but not for ever: some devices answer at once with the same.
		if (atMs === null) {
			this.#held = position;
			if (this.#times.mayBeNewer) this.#ask();
			else this.#waitQuietly();
			return;
		}
		this.#take(position, atMs);
	}

	#take({ coords }: GeolocationPosition, atMs: number): void {
		this.#held = null;
		this.#lastFixAtMs = this.#env.time.nowMs();
		this.#cancelRestart();
		const fix = deviceFix(coords, atMs);
		this.#seen = fix;
		const { accuracyM } = fix;
		const isCoarse = accuracyM > FIX_LIMITS.accuracyMaxM;
		this.#tell(isCoarse ? { state: 'approximate', accuracyM } : { state: 'watching' });
		this.#waitQuietly();
		this.#listeners.onFix(fix);
	}

	#failed(code: number): void {
		if (code === POSITION_ERROR.denied) {
			this.#denied();
			return;
		}
		this.#isAnswered = true;
		// Some browsers end a watch silently after this; a fix that comes first cancels it.
		this.#cancelRestart();
		this.#cancelRestart = this.#env.time.after(WATCH.restartMs, () => this.#watch());
		const nowMs = this.#env.time.nowMs();
		const isRecent = this.#lastFixAtMs !== null && nowMs - this.#lastFixAtMs < WATCH.recentMs;
		if (isRecent) return;
		this.#tell({ state: code === POSITION_ERROR.unavailable ? 'unavailable' : 'timeout' });
	}

	#denied(): void {
		this.#wasWanted = this.#wanted;
		this.#wanted = false;
		this.#letGo();
		this.#lastFixAtMs = null;
		this.#tell({ state: 'denied' });
	}

	#letGo(): void {
		// Some questions are never answered: those of an earlier watch must not keep out later ones.
		this.#question = null;
		this.#cancelQuiet();
		this.#cancelRestart();
		this.#times = new FixTimes();
		this.#held = null;
		this.#seen = null;
		this.#isConfirming = false;
		if (this.#watchId !== null) this.#env.geolocation?.clearWatch(this.#watchId);
		this.#watchId = null;
	}

	#tell(state: LocationState): void {
		if (state.state === this.#state.state && state.state !== 'approximate') return;
		this.#state = state;
		this.#listeners.onState(state);
	}
}
