import { createContext } from 'svelte';
import type { SessionWith } from '$lib/protocol';

/** A meeting that has begun while this page was open. */
export interface Arrival {
	readonly meetingId: string;
	readonly with: readonly { readonly id: string; readonly name: string }[];
}

/** As much of an inbox as is needed. */
export interface InboxSessions {
	readonly isKnown: boolean;
	/** The newest first. */
	readonly sessions: ReadonlyMap<string, SessionWith>;
}

/** Tells which running meetings are news to this page. Made by the layout, handed down. */
export class Arrivals {
	#opened = $state.raw<readonly string[]>([]);
	#known: readonly string[] | null = null;

	/**
	 * `sinceMs`: when the page was read, on the server's clock. What began between that and the first
	 * word of the inbox is news, too.
	 */
	constructor(
		private readonly inbox: () => InboxSessions | null,
		private readonly sinceMs: () => number,
	) {}

	/** The newest that nobody has opened here yet; goes away when it ends. */
	readonly started = $derived.by((): Arrival | null => {
		const inbox = this.inbox();
		if (inbox === null || !inbox.isKnown) {
			this.#known = null;
			return null;
		}
		const running = [...inbox.sessions.values()];
		this.#known ??= running.filter((one) => !this.#isLater(one)).map(({ session }) => session.id);
		for (const { session, with: people } of running) {
			if (session.status !== 'ACTIVE') continue;
			if (this.#known.includes(session.id) || this.#opened.includes(session.id)) continue;
			return {
				meetingId: session.id,
				with: people.map(({ id, display_name: name }) => ({ id, name })),
			};
		}
		return null;
	});

	/** Somebody looks at it: no news any more. */
	open(meetingId: string): void {
		if (!this.#opened.includes(meetingId)) this.#opened = [...this.#opened, meetingId];
	}

	#isLater({ session }: SessionWith): boolean {
		return Date.parse(session.created_at) >= this.sinceMs();
	}
}

const [getArrivals, setArrivals] = createContext<Arrivals>();
export { getArrivals, setArrivals };
