import { json, type RequestEvent } from '@sveltejs/kit';
import type { z } from 'zod';
import type { Login } from '$lib/server/auth/auth';
import type { Meeting, Person } from '$lib/meeting';
import {
	Id,
	instant,
	problemOf,
	statusOf,
	sessionToWire,
	type InviteAnswer,
	type Problem,
	type Refusal,
} from '$lib/protocol';
import { done, refuse, type Result } from '$lib/result';
import { getApp, type Invite } from '$lib/server/app';

const BODY_MAX_BYTES = 16 * 1024;
const RETRY_AFTER_S = 5;

/** An RFC 9457 answer for a refusal. */
export function problem(code: Refusal, errors?: Problem['errors']): Response {
	const status = statusOf(code);
	return json(problemOf(code, errors), {
		status,
		headers: {
			'content-type': 'application/problem+json',
			...(status === 503 && { 'retry-after': String(RETRY_AFTER_S) }),
		},
	});
}

/**
 * A handler whose bugs are logged and answered as problems too. A database that is away is no bug but
 * a 503: the call may be made again.
 */
export function answering<E extends RequestEvent>(
	handler: (event: E) => Promise<Response>,
): (event: E) => Promise<Response> {
	return async (event) => {
		try {
			return await handler(event);
		} catch (error) {
			const app = await getApp();
			if (app.isDatabaseAway(error)) return problem('UNAVAILABLE');
			if (isTooLarge(error)) return problem('TOO_LARGE');
			app.log.error({ error, route: event.route.id }, 'call_failed');
			return problem('INTERNAL');
		}
	};
}

/**
 * The JSON body by its schema, or the answer that says what is wrong with it. An empty body counts
 * as `{}`. The answer names fields, never values.
 */
export async function readBody<S extends z.ZodType>(
	request: Request,
	schema: S,
): Promise<{ body: z.infer<S>; wrong?: undefined } | { body?: undefined; wrong: Response }> {
	const text = await request.text();
	if (Buffer.byteLength(text) > BODY_MAX_BYTES) return { wrong: problem('TOO_LARGE') };
	const type = request.headers.get('content-type') ?? '';
	if (text !== '' && !/^application\/(\w+\+)?json\b/.test(type))
		return { wrong: problem('UNSUPPORTED_MEDIA_TYPE') };
	const value = parseJson(text);
	if (!value.ok) return { wrong: problem('INVALID_PAYLOAD', [{ field: '', message: 'not JSON' }]) };
	const parsed = schema.safeParse(value.value);
	if (parsed.success) return { body: parsed.data };
	const errors = parsed.error.issues.map(({ path, message }) => ({
		field: path.join('.'),
		message,
	}));
	return { wrong: problem('INVALID_PAYLOAD', errors) };
}

/** Who asks for which meeting: the login and the id, or the answer that refuses. */
export function caller(
	event: RequestEvent,
): { login: Login; meetingId: string; wrong?: undefined } | { wrong: Response } {
	const id = Id.safeParse(event.params.id);
	if (!id.success) return { wrong: problem('INVALID_ID') };
	if (event.locals.login === null) return { wrong: problem('UNAUTHENTICATED') };
	return { login: event.locals.login, meetingId: id.data };
}

export function sessionAnswer(meeting: Meeting, status = 200): Response {
	return json({ session: sessionToWire(meeting) }, { status });
}

export function inviteToWire(invite: Invite, url: URL): z.infer<typeof InviteAnswer> {
	return {
		id: invite.id,
		token: invite.secret,
		url: `${url.origin}/i#${invite.secret}`,
		expires_at: instant(invite.expiresAtMs),
	};
}

/** What a new guest gets beside the answer proper. Nothing for somebody who was known before. */
export function guestToWire(person: Person, token: string | null): object {
	if (token === null) return {};
	return { user: { id: person.id, kind: person.kind, display_name: person.displayName }, token };
}

/** What reading a body throws that is longer than the adapter takes. */
function isTooLarge(error: unknown): boolean {
	return error instanceof Error && 'status' in error && error.status === 413;
}

function parseJson(text: string): Result<unknown, 'not_json'> {
	try {
		return done(text === '' ? {} : JSON.parse(text));
	} catch {
		return refuse('not_json');
	}
}
