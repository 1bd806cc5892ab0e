import { z } from 'zod';
import { Id, Instant, MeetRequestField, PublicUser, Session } from './fields';

/** A meeting and who else is in it. */
export const SessionWith = z.object({ session: Session, with: z.array(PublicUser) });
export type SessionWith = z.infer<typeof SessionWith>;

/** What `/api/v1/ws/inbox` says to one person, by type. Clients send nothing but `ping`. */
export const INBOX_PAYLOADS = {
	/** First message always: everything that is open. */
	welcome: z.object({
		protocol: z.literal(1),
		server_time: Instant,
		self: z.object({ user_id: Id }),
		requests: z.array(MeetRequestField),
		sessions: z.array(SessionWith),
	}),
	request_changed: MeetRequestField,
	session_started: SessionWith,
	session_ended: z.object({ session_id: Id, reason: z.string(), ended_at: Instant }),
	pong: z.object({ client_ts_ms: z.number().nullable(), server_time: Instant }),
} as const;

export type InboxMessageType = keyof typeof INBOX_PAYLOADS;
export type InboxMessage = {
	[T in InboxMessageType]: {
		readonly type: T;
		readonly payload: z.infer<(typeof INBOX_PAYLOADS)[T]>;
	};
}[InboxMessageType];
/** What use cases tell a person; the rest only the socket itself says. */
export type PersonalNews = Extract<
	InboxMessage,
	{ type: 'request_changed' | 'session_started' | 'session_ended' }
>;

/** The frame the server sends. */
export function inboxFrame(message: InboxMessage): string {
	return JSON.stringify(message);
}

/** Reads a server's frame; null for a type from the future or a frame that is not by the rules. */
export function readInboxFrame(text: string): InboxMessage | null {
	let frame: unknown;
	try {
		frame = JSON.parse(text);
	} catch {
		return null;
	}
	const parsed = AnyInboxMessage.safeParse(frame);
	return parsed.success ? parsed.data : null;
}

const AnyInboxMessage = z.discriminatedUnion('type', [
	message('welcome'),
	message('request_changed'),
	message('session_started'),
	message('session_ended'),
	message('pong'),
]);

function message<T extends InboxMessageType>(type: T) {
	return z.object({ type: z.literal(type), payload: INBOX_PAYLOADS[type] });
}
