import { json, type RequestEvent } from '@sveltejs/kit';
import type { z } from 'zod';
import { sessionToWire } from '$lib/protocol';
import { done, refuse, type Result } from '$lib/result';
import type { Meeting } from '$lib/meeting';
import { getApp } from '$lib/server/app';
import { onceByKey } from './idempotent';
import { problem } from './problem';

const BODY_MAX_BYTES = 16 * 1024;

/** Done, and there is nothing to say about it. */
export function nothing(): Response {
	return new Response(null, { status: 204 });
}

/**
 * A handler whose bugs are logged and answered as problems too, and whose unsafe calls are made once
 * per `Idempotency-Key`. A database that is away is no bug but a 503: the call may be made again.
 */
export function answering<E extends RequestEvent>(
	handler: (event: E) => Promise<Response>,
): (event: E) => Promise<Response> {
	return async (event) => {
		try {
			return await onceByKey(event, () => handler(event));
		} catch (error) {
			const app = await getApp();
			if (app.isDatabaseAway(error)) return problem('UNAVAILABLE');
			if (isTooLarge(error)) return problem('TOO_LARGE');
			app.log.error({ error, route: event.route.id }, 'call_failed');
			return problem('INTERNAL');
		}
	};
}

type Read<Key extends string, S extends z.ZodType> =
	| ({ readonly [K in Key]: z.infer<S> } & { readonly wrong?: undefined })
	| ({ readonly [K in Key]?: undefined } & { readonly wrong: Response });

/**
 * The JSON body by its schema, or the answer that says what is wrong with it. An empty body counts
 * as `{}`. The answer names fields, never values.
 */
export async function readBody<S extends z.ZodType>(
	request: Request,
	schema: S,
): Promise<Read<'body', S>> {
	const text = await request.text();
	if (Buffer.byteLength(text) > BODY_MAX_BYTES) return { wrong: problem('TOO_LARGE') };
	const type = request.headers.get('content-type') ?? '';
	if (text !== '' && !/^application\/(\w+\+)?json\b/.test(type))
		return { wrong: problem('UNSUPPORTED_MEDIA_TYPE') };
	const value = parseJson(text);
	if (!value.ok) {
		const errors = [{ field: '', message: 'not JSON' }];
		return { wrong: problem('INVALID_PAYLOAD', { errors }) };
	}
	const parsed = schema.safeParse(value.value);
	return parsed.success ? { body: parsed.data } : { wrong: wrongFields(parsed.error) };
}

/** What stands after the `?`, by its schema. Of a name that comes twice the last one counts. */
export function readQuery<S extends z.ZodType>(url: URL, schema: S): Read<'query', S> {
	const parsed = schema.safeParse(Object.fromEntries(url.searchParams));
	return parsed.success ? { query: parsed.data } : { wrong: wrongFields(parsed.error) };
}

export function sessionAnswer(meeting: Meeting, status = 200): Response {
	return json({ session: sessionToWire(meeting) }, { status });
}

function wrongFields(error: z.ZodError): Response {
	const errors = error.issues.map(({ path, message }) => ({ field: path.join('.'), message }));
	return problem('INVALID_PAYLOAD', { errors });
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
