import type { Fix, LatLon } from '$lib/geo';
import type { SharingState } from '$lib/meeting';
import type { DeviceFix } from './device-fix';
import { LocationWatch } from './geolocation';
import type { LiveEnv } from './live-env';
import type { LiveFacts } from './live-facts';
import type { LocationState } from './live-view';
import { Outgoing } from './outgoing';
import type { PageEvent } from './page-life';
import { sharingToTell } from './sharing-wish';

type OwnFacts = Pick<LiveFacts, 'pausedByPerson' | 'waitsByHand' | 'location'>;

export interface OwnSharingOptions {
	readonly env: LiveEnv;
	readonly meetingId: string;
	/** From the server's memory, for a tab that does not know. */
	readonly pausedAtServer: boolean;
	/** The place set by hand before a reload, from the server's memory. */
	readonly waitsAt: LatLon | null;
	/** False while the connection is away. */
	readonly send: (frame: string) => boolean;
	readonly atServer: (localMs: number) => number;
	readonly peerFix: () => Fix | null;
	readonly onFix: (fix: Fix) => void;
	readonly onOwn: (changed: Partial<OwnFacts>) => void;
	/** What the others are told, also while the connection is away. */
	readonly onSharing: (state: SharingState) => void;
}

/** The viewer's side of the meeting: whether, how and where he is, and that the others hear of it. */
export class OwnSharing {
	readonly #options: OwnSharingOptions;
	readonly #outgoing: Outgoing;
	readonly #location: LocationWatch;
	#pausedByPerson: boolean;
	#isLeaving = false;
	#isOver = false;

	constructor(options: OwnSharingOptions) {
		const { env, meetingId } = options;
		this.#options = options;
		this.#pausedByPerson = env.memory.paused(meetingId) ?? options.pausedAtServer;
		this.#outgoing = new Outgoing(options.send);
		if (options.waitsAt !== null) this.#outgoing.fixes.setByHand(options.waitsAt);
		this.#location = new LocationWatch(env.geolocation, {
			onFix: (fix) => this.#onFix(fix),
			onState: (state) => this.#onState(state),
		});
	}

	/** `askNow`: the person came by a tap that said so. Without it only where no question comes. */
	async start(askNow: boolean): Promise<void> {
		const { env, meetingId, onOwn } = this.#options;
		onOwn({ pausedByPerson: this.#pausedByPerson });
		if (askNow) {
			this.shareLocation();
			return;
		}
		const settled =
			env.memory.sharedBefore(meetingId) || (await env.geolocation.permission()) === 'granted';
		if (settled && !this.#outgoing.fixes.waitsByHand) this.#startSilently();
		this.tell();
	}

	shareLocation(): void {
		this.#setPaused(false);
		this.#location.start();
		this.tell();
	}

	waitAt(place: LatLon): void {
		this.#setPaused(false);
		this.#location.stop();
		this.#outgoing.fixes.setByHand(place);
		this.#options.onOwn({ waitsByHand: true });
		this.tell();
	}

	pause(): void {
		this.#setPaused(true);
		this.#location.stop();
		this.tell();
	}

	resume(): void {
		this.#setPaused(false);
		if (!this.#outgoing.fixes.waitsByHand) this.#location.start();
		this.tell();
	}

	onPage(event: PageEvent): void {
		if (event === 'pagehide') this.#isLeaving = true;
		if (event === 'pageshow') this.#isLeaving = false;
		// First the word, then the silence.
		this.tell();
		if (event === 'hidden' || event === 'pagehide') this.#location.rest();
		if (event === 'visible' || event === 'pageshow') this.#location.wake();
		if (event === 'focus') void this.#location.recheckPermission();
	}

	/** A new connection stands; `serverKnows` is what its welcome said of us. */
	returned(serverKnows: SharingState | null): void {
		this.#outgoing.returned(serverKnows);
		this.tell();
	}

	/** The server refused something, by its code. */
	refused(code: string): void {
		// A fix was not believed: the next tick says again where we are.
		if (code === 'INVALID_LOCATION') this.#outgoing.fixes.doubted();
		// It counts us as paused.
		if (code !== 'SHARING_PAUSED') return;
		this.#outgoing.doubt();
		this.tell();
	}

	/** Says what is due. To be called whenever something changed, and once a second. */
	tell(): void {
		if (this.#isOver) return;
		const { env, meetingId, onSharing, onFix, peerFix } = this.#options;
		const wish = sharingToTell({
			isVisible: env.page.isVisible() && !this.#isLeaving,
			pausedByPerson: this.#pausedByPerson,
			waitsByHand: this.#outgoing.fixes.waitsByHand,
			location: this.#location.state,
			sharedBefore: env.memory.sharedBefore(meetingId),
		});
		if (wish !== null) onSharing(wish);
		const byHand = wish === 'live' ? this.#outgoing.fixes.renewByHand(this.#nowMs()) : null;
		if (byHand !== null) onFix(byHand);
		this.#outgoing.tell(wish, this.#nowMs(), peerFix());
	}

	tellHere(byHand: boolean): boolean {
		return this.#outgoing.tellHere(byHand, this.#nowMs());
	}

	tellNotYet(): boolean {
		return this.#outgoing.tellNotYet();
	}

	/** The page is left, not the meeting. */
	leave(): void {
		this.#isLeaving = true;
		this.tell();
		this.#location.rest();
	}

	/** The meeting is over: nothing of it stays here. */
	end(): void {
		this.#isOver = true;
		this.#location.stop();
		this.#outgoing.fixes.forget();
		this.#options.onOwn({ waitsByHand: false });
		this.#options.env.memory.forget(this.#options.meetingId);
	}

	#onFix(fix: DeviceFix): void {
		const { env, meetingId, atServer, onFix, onOwn } = this.#options;
		if (this.#isOver) return;
		env.memory.rememberSharing(meetingId, true);
		const own = this.#outgoing.fixes.measured(fix, atServer(fix.atMs));
		if (own !== null) {
			onOwn({ waitsByHand: false });
			onFix(own);
		}
		this.tell();
	}

	#onState(location: LocationState): void {
		const { env, meetingId, onOwn } = this.#options;
		onOwn({ location });
		if (location.state === 'denied') env.memory.rememberSharing(meetingId, false);
		this.tell();
	}

	#startSilently(): void {
		if (!this.#pausedByPerson && !this.#isOver) this.#location.start();
	}

	#setPaused(paused: boolean): void {
		this.#pausedByPerson = paused;
		this.#options.env.memory.rememberPause(this.#options.meetingId, paused);
		this.#options.onOwn({ pausedByPerson: paused });
	}

	#nowMs(): number {
		return this.#options.atServer(this.#options.env.time.nowMs());
	}
}
