import { openWindow, type Place, type RouteMode } from '$lib/meeting';
import { readServerFrame, type ServerMessage, type Session } from '$lib/protocol';
import { createApi, type Api } from './api';
import { CLOCK_DOUBT, ServerClock } from './clock';
import type { KnownInvite } from './device-memory';
import type { LiveEnv } from './live-env';
import { withFarthest, type LiveFacts } from './live-facts';
import type { Notice } from './live-view';
import { apply, closeHere, ended, left, ownFix, routed, shared } from './meeting-state';
import { NOTICE_MS, noticeOf } from './notices';
import { OwnSharing } from './own-sharing';
import { OwnWishes } from './own-wishes';
import { followPage } from './page-life';
import { ReconnectingSocket } from './reconnecting-socket';
import { meetingSocketUrl } from './socket-port';
import type { Cancel } from './time';
import { knownPeer, knownSelf } from './views';
import { ScreenWakeLock } from './wake-lock';
import { askStanding, howItEnded } from './whether-over';

/** The server does not say any more how it ended. */
export const END_UNKNOWN = 'UNKNOWN';

/**
 * Binds this browser to a running meeting: socket, own sharing, screen, end. Knows nothing of Svelte:
 * whatever changes is told as new `LiveFacts`.
 */
export class LiveLink {
	readonly sharing: OwnSharing;
	readonly socket: ReconnectingSocket;
	readonly #env: LiveEnv;
	readonly #api: Api;
	readonly #id: string;
	readonly #clock = new ServerClock();
	readonly #screen: ScreenWakeLock;
	readonly #wishes: OwnWishes;
	readonly #onFacts: (facts: LiveFacts) => void;
	#facts: LiveFacts;
	#noticeUntilMs = 0;
	#isAsking = false;
	/** How often the state changed by the server's word. */
	#applied = 0;
	#cancels: readonly Cancel[] = [];

	constructor(env: LiveEnv, facts: LiveFacts, onFacts: (facts: LiveFacts) => void) {
		const { time, page } = env;
		const id = facts.state.session.id;
		this.#env = env;
		this.#facts = facts;
		this.#onFacts = onFacts;
		this.#id = id;
		this.#api = createApi({ fetch: env.fetch });
		this.#clock.told(facts.nowMs, time.nowMs(), CLOCK_DOUBT.pageMs);
		this.socket = new ReconnectingSocket({
			url: meetingSocketUrl(env.origin, id),
			WebSocket: env.WebSocket,
			time,
			isOnline: () => page.isOnline(),
			onText: (text) => this.#onText(text),
			onChange: () => this.#onConnection(),
			onFailedTry: () => void this.#askStanding(),
		});
		this.sharing = new OwnSharing({
			env,
			meetingId: id,
			pausedAtServer: facts.pausedByPerson,
			waitsAt: facts.waitsByHand ? (facts.state.fixes[facts.state.selfId] ?? null) : null,
			send: (frame) => this.socket.send(frame),
			atServer: (localMs) => this.#clock.atServer(localMs),
			peerFix: () => this.#facts.state.fixes[knownPeer(this.#facts.state)?.id ?? ''] ?? null,
			onFix: (fix) => this.#set({ state: ownFix(this.#facts.state, fix) }),
			onOwn: (changed) => this.#set(changed),
			onSharing: (sharing) => {
				const { state } = this.#facts;
				if (knownSelf(state)?.sharing.state !== sharing)
					this.#set({ state: shared(state, state.selfId, sharing, this.#nowMs()) });
			},
		});
		this.#wishes = new OwnWishes((frame) => this.socket.send(frame));
		this.#screen = new ScreenWakeLock(
			env.wakeLock,
			() => page.isVisible(),
			(wakeLock) => this.#set({ wakeLock }),
		);
	}

	async start(askNow: boolean): Promise<void> {
		const { page, time } = this.#env;
		if (this.#facts.state.ended !== null) {
			this.#over();
			return;
		}
		this.#cancels = [
			// Ours before the socket's: the goodbye must be out before the socket closes.
			page.listen((event) => {
				if (event === 'visible' || event === 'pageshow' || event === 'touched')
					void this.#screen.retry();
				if (event === 'touched') return;
				this.sharing.onPage(event);
				this.#tick();
			}),
			followPage(this.socket, page),
			time.every(1_000, () => this.#tick()),
		];
		this.socket.start();
		// A dark screen ends the sharing, so it stays on while the meeting lasts and the person lets it.
		this.setWakeLock(true);
		await this.sharing.start(askNow);
	}

	/** The page is left; the meeting goes on. */
	stop(): void {
		this.sharing.leave();
		this.#letGo();
		this.socket.sleep();
	}

	pressHere(byHand: boolean): void {
		const told = this.sharing.tellHere(byHand);
		this.#note(told ? null : { kind: 'refused', code: 'UNAVAILABLE' });
	}

	notYet(): void {
		if (!this.sharing.tellNotYet()) this.#note({ kind: 'refused', code: 'UNAVAILABLE' });
	}

	async end(): Promise<boolean> {
		// Whoever wants to leave is not seen any longer, whether or not the server can be told yet.
		this.sharing.pause();
		const answer = await this.#api.end(this.#id);
		if (answer.ok) this.#endedAs(answer.value);
		else if (answer.code === 'MEETING_ENDED') this.#endedAs(await howItEnded(this.#api, this.#id));
		return answer.ok || answer.code === 'MEETING_ENDED';
	}

	async extend(minutes: number): Promise<boolean> {
		const answer = await this.#api.extend(this.#id, minutes);
		if (answer.ok) this.#apply({ type: 'session_updated', payload: answer.value });
		else this.#note({ kind: 'refused', code: answer.code });
		return answer.ok;
	}

	/** A new invite, or null where there can be none. */
	async renewInvite(): Promise<KnownInvite | null> {
		const answer = await this.#api.renewInvite(this.#id);
		if (!answer.ok) return null;
		const { id, url } = answer.value;
		this.#env.memory.rememberInvite(this.#id, { id, url });
		return { id, url };
	}

	async revokeInvite(inviteId: string): Promise<boolean> {
		const { ok } = await this.#api.revokeInvite(inviteId);
		if (ok && this.#env.memory.invite(this.#id)?.id === inviteId)
			this.#env.memory.forgetInvite(this.#id);
		return ok;
	}

	setDestination(place: Place | null): boolean {
		const isSent = this.#wishes.place(place);
		this.#note(isSent ? null : { kind: 'refused', code: 'UNAVAILABLE' });
		return isSent;
	}

	setRouteMode(mode: RouteMode): void {
		const { state } = this.#facts;
		if (state.ended !== null) return;
		this.#wishes.routeMode(mode);
		this.#set({ state: routed(state, state.selfId, mode) });
	}

	async remove(personId: string): Promise<boolean> {
		const answer = await this.#api.remove(this.#id, personId);
		if (!answer.ok) return false;
		this.#apply({ type: 'participant_removed', payload: { user_id: personId } });
		this.#apply({ type: 'session_updated', payload: answer.value });
		return true;
	}

	async block(personId: string): Promise<boolean> {
		// As with "End meeting": whoever wants to get away is not seen any longer.
		this.sharing.pause();
		const { ok } = await this.#api.block(personId);
		if (ok) this.#endedAs(await howItEnded(this.#api, this.#id));
		return ok;
	}

	setWakeLock(wanted: boolean): void {
		void this.#screen.set(wanted);
	}

	#onText(text: string): void {
		const message = readServerFrame(text);
		if (message === null) return; // from a newer server
		this.#clock.hear(message, this.#env.time.nowMs());
		const before = this.#facts.state;
		const notice = noticeOf(before, message);
		if (notice !== undefined) this.#note(notice);
		this.#apply(message);
		this.#hearWishes(message);
		if (this.#facts.state.ended !== null) this.#over();
		else if (message.type === 'welcome')
			this.sharing.returned(
				message.payload.participants.find((one) => one.user_id === before.selfId)?.sharing ?? null,
			);
		else if (message.type === 'error') this.sharing.refused(message.payload.code);
	}

	/** What this browser asked for and the message has, or has not, brought. */
	#hearWishes(message: ServerMessage): void {
		const { selfId } = this.#facts.state;
		const { lostPlace, keptMode } = this.#wishes.hear(message, selfId);
		if (lostPlace) this.#note({ kind: 'refused', code: 'UNAVAILABLE' });
		if (keptMode !== null) this.#set({ state: routed(this.#facts.state, selfId, keptMode) });
	}

	#apply(message: ServerMessage): void {
		this.#applied++;
		this.#set({ state: apply(this.#facts.state, message, this.#nowMs()) });
	}

	#onConnection(): void {
		const { connection } = this.socket;
		const { state } = this.#facts;
		const isOut = connection.state === 'closed' && state.ended === null;
		this.#set(isOut ? { connection, state: left(state), notice: null } : { connection });
		if (!isOut) return;
		this.#letGo();
		this.sharing.end();
		// Closed as ended, but the word itself was lost on the way.
		if (connection.why === 'ended')
			void howItEnded(this.#api, this.#id).then((session) => this.#endedAs(session));
	}

	async #askStanding(): Promise<void> {
		if (this.#isAsking || !this.#env.page.isOnline()) return;
		this.#isAsking = true;
		const before = this.#applied;
		const standing = await askStanding(this.#api, this.#id);
		this.#isAsking = false;
		// What came meanwhile is newer than this answer: only an end stays true.
		const isLate = this.#applied !== before || this.socket.connection.state === 'closed';
		if (isLate && standing.is !== 'ended') return;
		// Sockets may be blocked where HTTP is not: what is true now is shown in any case.
		if (standing.is === 'running') this.#apply({ type: 'welcome', payload: standing.welcome });
		else if (standing.is === 'ended') this.#endedAs(standing.session);
		else if (standing.is !== 'unknown') this.socket.stop(standing.is);
	}

	#endedAs(session: Session | null): void {
		const nowMs = this.#nowMs();
		const at = session?.ended_at ?? null;
		this.#end(session?.end_reason ?? END_UNKNOWN, at === null ? nowMs : Date.parse(at));
	}

	#end(reason: string, atMs: number): void {
		this.#set({ state: ended(this.#facts.state, reason, atMs), notice: null });
		this.#over();
	}

	#over(): void {
		this.#letGo();
		this.sharing.end();
		this.socket.stop('ended');
	}

	#letGo(): void {
		for (const cancel of this.#cancels) cancel();
		this.#cancels = [];
		void this.#screen.set(false);
	}

	#tick(): void {
		if (this.#cancels.length === 0) return;
		const { state, notice } = this.#facts;
		if (state.here !== null && openWindow(state.here, this.#nowMs()) === null) {
			this.#set({ state: closeHere(state) });
			this.#note({ kind: 'window_ran_out' });
		} else if (notice !== null && this.#env.time.nowMs() >= this.#noticeUntilMs) this.#note(null);
		this.sharing.tell();
		this.#set({ connection: this.socket.connection });
	}

	#note(notice: Notice | null): void {
		this.#noticeUntilMs = this.#env.time.nowMs() + NOTICE_MS;
		this.#set({ notice });
	}

	#set(change: Partial<LiveFacts>): void {
		this.#facts = withFarthest({ ...this.#facts, ...change, nowMs: this.#nowMs() });
		this.#onFacts(this.#facts);
	}

	#nowMs(): number {
		return this.#clock.atServer(this.#env.time.nowMs());
	}
}
