import { z } from 'zod';
import { MEETING_LIMITS } from '$lib/meeting';
import { Destination, RouteModeField, Sharing, WireFix } from './fields';

/** What a client may say, by type: the schema of its payload. A missing payload counts as `{}`. */
export const CLIENT_PAYLOADS = {
	location_update: WireFix,
	sharing_update: z.object({ state: Sharing }),
	im_here: z.object({ manual: z.boolean().nullish() }),
	im_here_cancel: z.object({}),
	destination_update: z.object({ destination: Destination.nullable() }),
	route_mode_update: z.object({ mode: RouteModeField }),
	end_session: z.object({ reason: z.string().max(MEETING_LIMITS.endReasonMax).nullish() }),
	ping: z.object({ client_ts_ms: z.number().nullish() }),
} as const;

export type ClientMessageType = keyof typeof CLIENT_PAYLOADS;
export type ClientPayload<T extends ClientMessageType> = z.infer<(typeof CLIENT_PAYLOADS)[T]>;
export type ClientMessage = {
	[T in ClientMessageType]: { readonly type: T; readonly payload: ClientPayload<T> };
}[ClientMessageType];

export type ReadFrame =
	| { readonly kind: 'message'; readonly message: ClientMessage }
	/** A type from the future: ignored, so that the protocol can grow. */
	| { readonly kind: 'unknown'; readonly type: string }
	| { readonly kind: 'invalid'; readonly ref: string | null; readonly message: string };

/** Reads one text frame. Never throws; whatever is not a JSON object with a `type` is invalid. */
export function readClientFrame(text: string): ReadFrame {
	let frame: unknown;
	try {
		frame = JSON.parse(text);
	} catch {
		return invalid(null, 'the frame is not JSON');
	}
	if (typeof frame !== 'object' || frame === null || Array.isArray(frame))
		return invalid(null, 'the frame is not a JSON object');
	const { type, payload = {} } = frame as { type?: unknown; payload?: unknown };
	if (typeof type !== 'string') return invalid(null, 'type must be a string');
	if (!isClientMessageType(type)) return { kind: 'unknown', type };
	const parsed = CLIENT_PAYLOADS[type].safeParse(payload);
	if (!parsed.success) return invalid(type, describe(parsed.error));
	return { kind: 'message', message: { type, payload: parsed.data } as ClientMessage };
}

/** The frame a client sends. */
export function clientFrame<T extends ClientMessageType>(
	type: T,
	payload: ClientPayload<T>,
): string {
	return JSON.stringify({ type, payload });
}

function isClientMessageType(type: string): type is ClientMessageType {
	return Object.hasOwn(CLIENT_PAYLOADS, type);
}

function invalid(ref: string | null, message: string): ReadFrame {
	return { kind: 'invalid', ref, message };
}

/** The first thing wrong, by field. Names no value: what was sent may be a position. */
function describe(error: z.ZodError): string {
	const issue = error.issues[0];
	const field = issue?.path.join('.') ?? '';
	return field === '' ? 'payload has the wrong shape' : `payload.${field} is missing or wrong`;
}
