import type { InboxMessage, MeetRequestField, SessionWith } from '$lib/protocol';

/** What is known of one person's requests and meetings. Replaced whole, never changed. */
export interface InboxFacts {
	/** Null before the first `welcome`. */
	readonly selfId: string | null;
	readonly requests: ReadonlyMap<string, MeetRequestField>;
	readonly sessions: ReadonlyMap<string, SessionWith>;
}

export const EMPTY_INBOX: InboxFacts = { selfId: null, requests: new Map(), sessions: new Map() };

/** What is known after one more message. */
export function afterMessage(facts: InboxFacts, message: InboxMessage): InboxFacts {
	switch (message.type) {
		case 'welcome': {
			const { self, requests, sessions } = message.payload;
			return {
				selfId: self.user_id,
				requests: newestFirst(requests, (request) => request),
				sessions: newestFirst(sessions, ({ session }) => session),
			};
		}
		case 'request_changed': {
			const others = [...facts.requests.values()].filter(({ id }) => id !== message.payload.id);
			const open = message.payload.status === 'PENDING' ? [message.payload] : [];
			return { ...facts, requests: newestFirst([...open, ...others], (request) => request) };
		}
		case 'session_started': {
			const { id } = message.payload.session;
			const others = [...facts.sessions.values()].filter(({ session }) => session.id !== id);
			const sessions = newestFirst([message.payload, ...others], ({ session }) => session);
			return { ...facts, sessions };
		}
		case 'session_ended': {
			const sessions = new Map(facts.sessions);
			sessions.delete(message.payload.session_id);
			return { ...facts, sessions };
		}
		case 'pong':
			return facts;
	}
}

function newestFirst<T>(
	items: readonly T[],
	of: (item: T) => { readonly id: string; readonly created_at: string },
): ReadonlyMap<string, T> {
	const sorted = [...items].sort(
		(a, b) => Date.parse(of(b).created_at) - Date.parse(of(a).created_at),
	);
	return new Map(sorted.map((item) => [of(item).id, item]));
}
