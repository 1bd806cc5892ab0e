import { z } from 'zod';
import {
	Destination,
	HereState,
	Id,
	Instant,
	Participant,
	Presence,
	RouteModeField,
	Session,
	Sharing,
	WireFix,
} from './fields';

/** A fix as others get it: the fields its sender gave, and when the server took it. */
export const SharedFix = WireFix.extend({ server_time: Instant });
export type SharedFix = z.infer<typeof SharedFix>;

export const Limits = z.object({
	updates_per_s: z.number(),
	updates_burst: z.number(),
	frame_max_bytes: z.number(),
	heartbeat_s: z.number(),
});

/** The whole state of a meeting for one person: first message of a socket, answer of `snapshot`. */
export const Welcome = z.object({
	protocol: z.literal(1),
	server_time: Instant,
	session: Session,
	self: z.object({ user_id: Id }),
	participants: z.array(Participant),
	locations: z.record(Id, SharedFix),
	im_here: HereState.nullable(),
	limits: Limits,
});
export type Welcome = z.infer<typeof Welcome>;

/** What the server may say, by type: the schema of its payload. */
export const SERVER_PAYLOADS = {
	welcome: Welcome,
	peer_location: SharedFix.extend({ user_id: Id }),
	presence_update: z.object({
		user_id: Id,
		status: Presence,
		last_seen: Instant.nullable(),
		/** On the first join only. */
		participant: Participant.optional(),
	}),
	peer_sharing: z.object({ user_id: Id, state: Sharing }),
	peer_route_mode: z.object({ user_id: Id, mode: RouteModeField }),
	im_here_update: z.object({
		user_ids: z.array(Id),
		expires_at: Instant.nullable(),
		/** Who closed the window by saying "not yet", if somebody did. */
		cancelled_by: Id.nullish(),
	}),
	/** The creator took somebody's seat away; that person's socket closes with 4403. */
	participant_removed: z.object({ user_id: Id }),
	destination_update: z.object({ destination: Destination.nullable(), by_user_id: Id }),
	session_updated: Session,
	session_ended: z.object({ reason: z.string(), ended_at: Instant }),
	error: z.object({
		code: z.string(),
		message: z.string(),
		retry_after_ms: z.number().nullish(),
		ref: z.string().nullish(),
		/** With TOO_FAR. */
		distance_m: z.number().nullish(),
	}),
	pong: z.object({ client_ts_ms: z.number().nullable(), server_time: Instant }),
} as const;

export type ServerMessageType = keyof typeof SERVER_PAYLOADS;
export type ServerPayload<T extends ServerMessageType> = z.infer<(typeof SERVER_PAYLOADS)[T]>;
export type ServerMessage = {
	[T in ServerMessageType]: { readonly type: T; readonly payload: ServerPayload<T> };
}[ServerMessageType];

/** The frame the server sends. */
export function serverFrame(message: ServerMessage): string {
	return JSON.stringify(message);
}

/** Reads a server's frame; null for a type from the future or a frame that is not by the rules. */
export function readServerFrame(text: string): ServerMessage | null {
	let frame: unknown;
	try {
		frame = JSON.parse(text);
	} catch {
		return null;
	}
	const parsed = ServerEnvelope.safeParse(frame);
	if (!parsed.success || !Object.hasOwn(SERVER_PAYLOADS, parsed.data.type)) return null;
	const type = parsed.data.type as ServerMessageType;
	const payload = SERVER_PAYLOADS[type].safeParse(parsed.data.payload);
	return payload.success ? ({ type, payload: payload.data } as ServerMessage) : null;
}

const ServerEnvelope = z.object({ type: z.string(), payload: z.unknown() });
