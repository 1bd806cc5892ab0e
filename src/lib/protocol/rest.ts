import { z } from 'zod';
import { MEETING_LIMITS } from '$lib/meeting';
import { CLIENT_PAYLOADS } from './client-messages';
import { Destination, DisplayName, Id, Instant, Session } from './fields';

/** Bodies and answers of `/api/v1` for the core loop, and the form of all refusals. */

export const StartSessionBody = z.object({
	display_name: DisplayName.optional(),
	duration_min: z
		.int()
		.min(MEETING_LIMITS.durationMinMin)
		.max(MEETING_LIMITS.durationMaxMin)
		.optional(),
	destination: Destination.nullish(),
});

export const RedeemBody = z.object({
	token: z.string().max(200),
	display_name: DisplayName.optional(),
});
export const RenewInviteBody = z.object({ session_id: Id });
export const ExtendBody = z.object({ minutes: z.int().min(1).max(MEETING_LIMITS.durationMaxMin) });

/** "I'm here", or by hand "We've met anyway": as by the socket. */
export const HereBody = CLIENT_PAYLOADS.im_here;
export const HereAnswerField = z.object({
	status: z.enum(['waiting_for_peer', 'ended']),
	/** Absent where a position is not known. */
	distance_m: z.number().optional(),
	/** Until when the other one has to confirm. */
	expires_at: Instant.optional(),
});
export type HereAnswerField = z.infer<typeof HereAnswerField>;

export const UserAnswer = z.object({
	id: Id,
	kind: z.enum(['account', 'guest']),
	display_name: z.string(),
});
export const InviteAnswer = z.object({
	id: Id,
	token: z.string(),
	url: z.url(),
	expires_at: Instant,
});
export const StartSessionAnswer = z.object({
	session: Session,
	invite: InviteAnswer,
	user: UserAnswer.optional(),
	token: z.string().optional(),
});
export const SessionAnswer = z.object({ session: Session });
export const SessionsAnswer = z.object({ sessions: z.array(Session) });
export const NewInviteAnswer = z.object({ invite: InviteAnswer });
export type StartSessionAnswer = z.infer<typeof StartSessionAnswer>;
export const RedeemAnswer = z.object({
	session: Session,
	user: UserAnswer.optional(),
	token: z.string().optional(),
});
export type RedeemAnswer = z.infer<typeof RedeemAnswer>;
export const InvitePreview = z.object({
	invited_by: z.string(),
	expires_at: Instant,
	session_expires_at: Instant,
	destination: Destination.nullable(),
});
export type InvitePreview = z.infer<typeof InvitePreview>;

/** RFC 9457 problem details, with our `code`. */
export const Problem = z.object({
	type: z.string(),
	title: z.string(),
	status: z.int(),
	detail: z.string(),
	code: z.string(),
	errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
	/** With REQUEST_REVERSED: the request to answer instead. */
	request_id: Id.optional(),
	/** With TOO_FAR. */
	distance_m: z.number().optional(),
});
export type Problem = z.infer<typeof Problem>;
