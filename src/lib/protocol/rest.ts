import { z } from 'zod';
import { MEETING_LIMITS } from '$lib/meeting';
import { Destination, DisplayName, Id, Instant, Session } from './fields';

/** Bodies and answers of `/api/v1` that the core loop uses. */

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
});
export type Problem = z.infer<typeof Problem>;
