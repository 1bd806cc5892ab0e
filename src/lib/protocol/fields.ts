import { z } from 'zod';
import {
	MEETING_LIMITS,
	MEETING_STATUSES,
	PERSON_LIMITS,
	REQUEST_LIMITS,
	REQUEST_STATUSES,
	ROUTE_MODES,
	SHARING_STATES,
} from '$lib/meeting';

/** ISO 8601 in UTC with `Z`, to the millisecond or coarser. */
export const Instant = z.iso.datetime();
export const Id = z.uuid();

/** Whether it can be asked of the database, which throws at what is no id. */
export function isId(text: string): boolean {
	return Id.safeParse(text).success;
}

/** One line of a person's words, without the characters that no keyboard types and no screen shows. */
const line = (max: number) =>
	z
		.string()
		.max(max + 64)
		.transform((words) => words.replace(/\p{Cc}/gu, '').trim())
		.pipe(z.string().min(1).max(max));

export const DisplayName = line(MEETING_LIMITS.displayNameMax);

/** Typed in any case, kept in lower case. */
export const Handle = z
	.string()
	.max(64)
	.transform((typed) => typed.trim().replace(/^@/, '').toLowerCase())
	.pipe(
		z
			.string()
			.min(PERSON_LIMITS.handleMin)
			.max(PERSON_LIMITS.handleMax)
			.regex(/^[a-z0-9_]+$/),
	);

/** Whether it is too common is not the schema's business. */
export const Password = z.string().min(PERSON_LIMITS.passwordMin).max(PERSON_LIMITS.passwordMax);

export const Note = line(REQUEST_LIMITS.noteMax);

export const Destination = z.object({
	name: line(MEETING_LIMITS.placeNameMax),
	lat: z.number().min(-90).max(90),
	lon: z.number().min(-180).max(180),
});

/** One position on the wire. Ranges are the rules' business (`Track`): here only the shape. */
export const WireFix = z.object({
	lat: z.number(),
	lon: z.number(),
	accuracy_m: z.number(),
	timestamp: Instant,
	heading_deg: z.number().min(0).max(360).nullish(),
	speed_mps: z.number().min(0).nullish(),
	client_ts_ms: z.number().nullish(),
	manual: z.boolean().nullish(),
});
export type WireFix = z.infer<typeof WireFix>;

export const SessionStatus = z.enum(MEETING_STATUSES);
export const Sharing = z.enum(SHARING_STATES);
export const RouteModeField = z.enum(ROUTE_MODES);
export const Presence = z.enum(['online', 'offline']);
export type Presence = z.infer<typeof Presence>;

/** The meeting as clients know it. */
export const Session = z.object({
	id: Id,
	status: SessionStatus,
	created_at: Instant,
	expires_at: Instant,
	ended_at: Instant.nullable(),
	end_reason: z.string().nullable(),
	destination: Destination.nullable(),
});
export type Session = z.infer<typeof Session>;

export const Participant = z.object({
	user_id: Id,
	display_name: z.string(),
	presence: Presence,
	sharing: Sharing,
	last_seen: Instant.nullable(),
	route_mode: RouteModeField.nullable(),
});
export type Participant = z.infer<typeof Participant>;

export const HereState = z.object({ user_ids: z.array(Id), expires_at: Instant });
export type HereState = z.infer<typeof HereState>;

/** What people who may know of one another know. */
export const PublicUser = z.object({
	id: Id,
	handle: z.string().nullable(),
	display_name: z.string(),
});
export type PublicUser = z.infer<typeof PublicUser>;

/** "Shall we meet?" as clients know it. */
export const MeetRequestField = z.object({
	id: Id,
	from_user: PublicUser,
	to_user: PublicUser,
	status: z.enum(REQUEST_STATUSES),
	note: z.string().nullable(),
	destination: Destination.nullable(),
	created_at: Instant,
	expires_at: Instant,
	answered_at: Instant.nullable(),
	/** Once accepted. */
	session_id: Id.nullable(),
});
export type MeetRequestField = z.infer<typeof MeetRequestField>;
