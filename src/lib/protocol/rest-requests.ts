import { z } from 'zod';
import { REQUEST_STATUSES } from '$lib/meeting';
import { Destination, Id, Instant, MeetRequestField, Note, PublicUser, Session } from './fields';

/** "Shall we meet?", and what lists of it and of past meetings have in common: they come by pages. */

export const PAGE_LIMITS = { usual: 50, max: 100 } as const;

export const PageQuery = z.object({
	/** As `next_cursor` gave it. */
	cursor: z.string().max(200).optional(),
	limit: z
		.string()
		.regex(/^\d{1,3}$/)
		.transform(Number)
		.pipe(z.int().min(1).max(PAGE_LIMITS.max))
		.optional(),
});

export const REQUEST_DIRECTIONS = ['incoming', 'outgoing'] as const;
export const RequestsQuery = PageQuery.extend({
	direction: z.enum(REQUEST_DIRECTIONS).optional(),
	status: z.enum(REQUEST_STATUSES).optional(),
});

export const SendRequestBody = z.object({
	to_user_id: Id,
	note: Note.nullish(),
	destination: Destination.nullish(),
});

export const RequestAnswer = z.object({ request: MeetRequestField });
export const AcceptedAnswer = z.object({ request: MeetRequestField, session: Session });
const nextCursor = z.string().nullable();
export const RequestsAnswer = z.object({
	requests: z.array(MeetRequestField),
	next_cursor: nextCursor,
});

/** With whom and when; never where. */
export const PastSession = z.object({
	session_id: Id,
	with: z.array(PublicUser),
	started_at: Instant,
	ended_at: Instant,
	end_reason: z.string(),
});
export type PastSession = z.infer<typeof PastSession>;
export const HistoryAnswer = z.object({
	sessions: z.array(PastSession),
	next_cursor: nextCursor,
});
