import type { LatLon } from '$lib/geo';
import { allowedEvents, type Place, type RouteMode } from '$lib/meeting';
import type { Welcome } from '$lib/protocol';
import type { KnownInvite } from './device-memory';
import { browserEnv, type LiveEnv } from './live-env';
import { firstFacts, type LiveFacts } from './live-facts';
import { LiveLink } from './live-link';
import type { LiveView } from './live-view';
import {
	between,
	blindInMs,
	hereView,
	knownPeer,
	knownSelf,
	meetingOf,
	personView,
	proximity,
	seesPeer,
} from './views';

export interface LiveMeetingOptions {
	/** What the page's load gave: the page is useful before the socket opens. */
	readonly welcome: Welcome;
	/** Only for tests: the browser's own is taken at `start`, never while rendering on the server. */
	readonly env?: LiveEnv;
}

/** A running meeting as the pages see it. Made anywhere; `start` and `stop` only in the browser. */
export class LiveMeeting implements LiveView {
	readonly #env: LiveEnv | undefined;
	#link: LiveLink | null = null;
	#facts = $state.raw<LiveFacts>() as LiveFacts;
	#invite = $state.raw<KnownInvite | null>(null);

	readonly #state = $derived(this.#facts.state);
	readonly #nowMs = $derived(this.#facts.nowMs);
	readonly connection = $derived(this.#facts.connection);
	readonly session = $derived(this.#state.session);
	readonly location = $derived(this.#facts.location);
	readonly isPaused = $derived(this.#facts.pausedByPerson);
	readonly waitsByHand = $derived(this.#facts.waitsByHand);
	readonly wakeLock = $derived(this.#facts.wakeLock);
	readonly notice = $derived(this.#facts.notice);
	readonly ended = $derived(this.#state.ended);
	readonly placeBy = $derived(this.#state.placeBy);
	readonly leftMs = $derived(Math.max(0, Date.parse(this.session.expires_at) - this.#nowMs));
	readonly seesPeer = $derived(seesPeer(this.#state, this.#nowMs));
	readonly blindInMs = $derived(blindInMs(this.#state, this.#nowMs));
	readonly here = $derived(hereView(this.#state, this.#nowMs));
	readonly allowed = $derived(
		allowedEvents(meetingOf(this.#state), this.#state.selfId, this.#nowMs),
	);
	readonly self = $derived.by(() => {
		const known = knownSelf(this.#state);
		if (known === undefined) throw new Error('a welcome names its reader among the participants');
		const presence = this.connection.state === 'live' ? 'online' : 'offline';
		return personView(this.#state, { ...known, presence }, true, this.#nowMs);
	});
	readonly peer = $derived.by(() => {
		const known = knownPeer(this.#state);
		return known ? personView(this.#state, known, this.seesPeer, this.#nowMs) : null;
	});
	readonly between = $derived(
		between(this.self.fix, this.peer?.fix ?? null, this.#facts.farthestM),
	);
	readonly proximity = $derived(proximity(this.self, this.peer, this.#nowMs));

	constructor({ welcome, env }: LiveMeetingOptions) {
		this.#env = env;
		this.#facts = firstFacts(welcome);
	}

	/** `askNow`: the page was reached by a tap that said what comes, so the browser may ask. */
	start({ askNow }: { askNow: boolean }): void {
		if (this.#link !== null) return;
		const env = this.#env ?? browserEnv();
		this.#invite = env.memory.invite(this.session.id);
		this.#link = new LiveLink(env, this.#facts, (facts) => this.#learn(facts));
		this.#dropSpentInvite();
		void this.#link.start(askNow);
	}

	/** Null where nobody is to be invited any more, and where this tab does not know the link. */
	get invite(): string | null {
		return this.peer === null && this.ended === null ? (this.#invite?.url ?? null) : null;
	}

	get canRevokeInvite(): boolean {
		return this.invite !== null && this.#invite?.id != null;
	}

	#learn(facts: LiveFacts): void {
		this.#facts = facts;
		this.#dropSpentInvite();
	}

	/** Who sits in the second seat may be removed from it: the link he came by stays dead. */
	#dropSpentInvite(): void {
		if (this.#invite === null || knownPeer(this.#facts.state) === undefined) return;
		this.#invite = null;
		(this.#env ?? browserEnv()).memory.forgetInvite(this.session.id);
	}

	/** A new link; the one before is dead from then on. Resolves to false if there could be none. */
	async renewInvite(): Promise<boolean> {
		const invite = (await this.#link?.renewInvite()) ?? null;
		if (invite !== null) this.#invite = invite;
		return invite !== null;
	}

	/** Kills the link without making another. */
	async revokeInvite(): Promise<boolean> {
		const id = this.#invite?.id ?? null;
		if (id === null || !(await this.#link?.revokeInvite(id))) return false;
		if (this.#invite?.id === id) this.#invite = null;
		return true;
	}

	/** The page goes; the meeting does not. */
	stop(): void {
		this.#link?.stop();
		this.#link = null;
	}

	shareLocation(): void {
		this.#link?.sharing.shareLocation();
	}

	waitAt(place: LatLon): void {
		this.#link?.sharing.waitAt(place);
	}

	pause(): void {
		this.#link?.sharing.pause();
	}

	resume(): void {
		this.#link?.sharing.resume();
	}

	pressHere(byHand: boolean): void {
		this.#link?.pressHere(byHand);
	}

	notYet(): void {
		this.#link?.notYet();
	}

	async end(): Promise<boolean> {
		return (await this.#link?.end()) ?? false;
	}

	async extend(minutes: number): Promise<boolean> {
		return (await this.#link?.extend(minutes)) ?? false;
	}

	setDestination(place: Place | null): boolean {
		return this.#link?.setDestination(place) ?? false;
	}

	setRouteMode(mode: RouteMode): void {
		this.#link?.setRouteMode(mode);
	}

	async remove(personId: string): Promise<boolean> {
		return (await this.#link?.remove(personId)) ?? false;
	}

	async block(personId: string): Promise<boolean> {
		return (await this.#link?.block(personId)) ?? false;
	}

	reconnectNow(): void {
		this.#link?.socket.reconnectNow();
	}

	setWakeLock(wanted: boolean): void {
		this.#link?.setWakeLock(wanted);
	}
}
