import { FIX_LIMITS } from '$lib/geo';
import { deviceFix, FixTimes, type DeviceFix } from './device-fix';
import type { LocationState } from './live-view';
import type { Cancel, Time } from './time';

export interface GeolocationEnv {
	/** Null where the browser has none. */
	readonly geolocation: Pick<
		Geolocation,
		'watchPosition' | 'clearWatch' | 'getCurrentPosition'
	> | null;
	/** `null` where the browser can't tell (or the query throws). */
	readonly permission: () => Promise<PermissionState | null>;
	readonly isSecure: boolean;
	readonly time: Time;
}

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

const DENIED = 1;
const UNAVAILABLE = 2;
const TIMEOUT = 3;

/** Watches the device's position and names what is wrong where there is none. */
export class LocationWatch {
	readonly #env: GeolocationEnv;
	readonly #listeners: LocationListeners;
	#state: LocationState = { state: 'off' };
	#watchId: number | null = null;
	/** Whether positions are wished for, also while the page rests. */
	#wanted = false;
	/** The browser's own question, if it had one, is answered. */
	#isAnswered = false;
	#asking = false;
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
		if (this.#wanted) return;
		this.#wanted = true;
		this.#isAnswered = false;
		this.#tell({ state: 'asking' });
		this.#watch();
	}

	stop(): void {
		this.#wanted = false;
		this.#letGo();
		this.#lastFixAtMs = null;
		if (this.#state.state !== 'denied') this.#tell({ state: 'off' });
	}

	/** The page hides: nothing comes anyway. What is known of the permission stays. */
	rest(): void {
		this.#letGo();
	}

	/** The page is back: browsers go on badly with a watch from before. */
	wake(): void {
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
		else if (permission === 'granted' && isDenied) this.start();
		else if (permission === 'prompt' && isDenied) this.#tell({ state: 'off' });
	}

	#watch(): void {
		this.#letGo();
		const { geolocation } = this.#env;
		if (geolocation === null) return;
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
		const watchId = this.#watchId;
		if (this.#asking || watchId === null) return;
		this.#asking = true;
		const settle = (then: () => void) => {
			this.#asking = false;
			if (this.#watchId === null) return;
			then();
			this.#waitQuietly();
		};
		this.#env.geolocation?.getCurrentPosition(
			(position) => settle(() => this.#got(position)),
			(error) =>
				settle(() => (error.code === TIMEOUT ? this.#nothingNew() : this.#failed(error.code))),
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
			this.#failed(TIMEOUT);
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
		if (code === DENIED) {
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
		this.#tell({ state: code === UNAVAILABLE ? 'unavailable' : 'timeout' });
	}

	#denied(): void {
		this.#wanted = false;
		this.#letGo();
		this.#lastFixAtMs = null;
		this.#tell({ state: 'denied' });
	}

	#letGo(): void {
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

function isSamePlace(coords: GeolocationCoordinates, seen: DeviceFix | null): boolean {
	return seen !== null && coords.latitude === seen.lat && coords.longitude === seen.lon;
}

export function browserGeolocation(time: Time): GeolocationEnv {
	return {
		geolocation: 'geolocation' in navigator ? navigator.geolocation : null,
		isSecure: window.isSecureContext,
		time,
		async permission() {
			try {
				return (await navigator.permissions.query({ name: 'geolocation' })).state;
			} catch {
				return null; // older Safari has no query for it
			}
		},
	};
}
