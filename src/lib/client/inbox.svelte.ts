import { readInboxFrame, type InboxMessage, type MeetRequestField } from '$lib/protocol';
import { afterMessage, EMPTY_INBOX, type InboxFacts } from './inbox-facts';
import type { LiveEnv } from './live-env';
import type { Connection } from './live-view';
import { browserPage, followPage } from './page-life';
import { ReconnectingSocket } from './reconnecting-socket';
import { inboxSocketUrl } from './socket-port';
import { systemTime, type Cancel } from './time';

/** The part of the browser that an inbox needs. */
export type InboxEnv = Pick<LiveEnv, 'origin' | 'WebSocket' | 'fetch' | 'time' | 'page'>;

/**
 * What concerns one person, kept current on every page of his: open requests and running meetings.
 * Made anywhere; `start` and `stop` only in the browser.
 */
export class Inbox {
	readonly #env: InboxEnv | undefined;
	#socket: ReconnectingSocket | null = null;
	#unfollow: Cancel = () => undefined;
	#facts = $state.raw<InboxFacts>(EMPTY_INBOX);
	#connection = $state.raw<Connection>({ state: 'connecting' });
	#lastChange = $state.raw<MeetRequestField | null>(null);

	/** `live` means that everything below is how it is now. */
	readonly state = $derived(this.#connection.state);
	/** False until the first word of the server: what a page's load gave is newer than nothing. */
	readonly isKnown = $derived(this.#facts.selfId !== null);
	/** Open requests of both directions by id, the newest first. */
	readonly requests = $derived(this.#facts.requests);
	/** Running meetings and who else is in them, by the meeting's id, the newest first. */
	readonly sessions = $derived(this.#facts.sessions);
	/** How many wait for this person's answer. */
	readonly incomingCount = $derived(
		[...this.requests.values()].filter(({ to_user }) => to_user.id === this.#facts.selfId).length,
	);

	constructor({ env }: { readonly env?: InboxEnv } = {}) {
		this.#env = env;
	}

	/** The last request that was made or answered while this page was open, for pages to react to. */
	get lastChange(): MeetRequestField | null {
		return this.#lastChange;
	}

	/** Once started it stays so until `stop`. */
	start(): void {
		if (this.#socket !== null) return;
		const env = this.#env ?? browserInboxEnv();
		const socket = new ReconnectingSocket({
			url: inboxSocketUrl(env.origin),
			WebSocket: env.WebSocket,
			time: env.time,
			isOnline: () => env.page.isOnline(),
			onText: (text) => this.#read(text),
			onChange: () => (this.#connection = socket.connection),
			onFailedTry: () => void this.#stopIfLoggedOut(socket, env),
		});
		this.#socket = socket;
		this.#unfollow = followPage(socket, env.page);
		socket.start();
	}

	/** The page goes, or its person does: nothing of his stays behind. */
	stop(): void {
		this.#unfollow();
		const socket = this.#socket;
		this.#socket = null;
		socket?.stop('ended');
		this.#facts = EMPTY_INBOX;
		this.#lastChange = null;
		this.#connection = { state: 'connecting' };
	}

	#read(text: string): void {
		const message: InboxMessage | null = readInboxFrame(text);
		if (message === null) return;
		this.#facts = afterMessage(this.#facts, message);
		if (message.type === 'request_changed') this.#lastChange = message.payload;
	}

	/** A browser says of a refused handshake only that it failed; a tunnel looks the same. */
	async #stopIfLoggedOut(socket: ReconnectingSocket, env: InboxEnv): Promise<void> {
		try {
			const { status } = await env.fetch('/api/v1/me', {
				headers: { accept: 'application/json' },
				credentials: 'same-origin',
				cache: 'no-store',
				signal: AbortSignal.timeout(10_000),
			});
			if (status === 401) socket.stop('logged_out');
		} catch {
			return; // nobody answered: nothing is known, and the socket goes on trying
		}
	}
}

function browserInboxEnv(): InboxEnv {
	return {
		origin: window.location.origin,
		WebSocket: window.WebSocket,
		fetch: window.fetch.bind(window),
		time: systemTime,
		page: browserPage(),
	};
}
