import type { RequestEvent } from '@sveltejs/kit';
import { z } from 'zod';
import { Id } from '$lib/protocol';
import { getApp } from '$lib/server/app';
import { setLoginCookie } from '$lib/server/auth/request';
import { problem } from './problem';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * An unsafe call with an `Idempotency-Key` happens once: whoever lost the answer on the way asks
 * again with the same key and gets it, the login cookie included.
 */
export async function onceByKey(
	event: RequestEvent,
	work: () => Promise<Response>,
): Promise<Response> {
	const { request, locals, url, cookies } = event;
	const key = request.headers.get('idempotency-key');
	if (key === null || SAFE_METHODS.has(request.method)) return work();
	if (!Id.safeParse(key).success) {
		const errors = [{ field: 'Idempotency-Key', message: 'not a UUID' }];
		return problem('INVALID_PAYLOAD', { errors });
	}
	const { idempotency, auth } = await getApp();
	const made: Response[] = [];
	const outcome = await idempotency.once(
		{
			caller: locals.login?.personId ?? 'stranger',
			key: key.toLowerCase(),
			route: `${request.method} ${url.pathname}`,
			body: await request.clone().text(),
		},
		async () => {
			const fresh = await work();
			made.push(fresh);
			return {
				status: fresh.status,
				body: await fresh.clone().text(),
				contentType: fresh.headers.get('content-type') ?? '',
			};
		},
	);
	if (!outcome.ok) return problem(outcome.code);
	// With the headers that are not kept, such as Retry-After.
	const [fresh] = made;
	if (fresh) return fresh;
	const { status, body, contentType } = outcome.value.answer;
	const token = tokenIn(body);
	if (token !== null) setLoginCookie(cookies, url, auth, token);
	return new Response(body === '' ? null : body, {
		status,
		headers: {
			...(contentType !== '' && { 'content-type': contentType }),
			'idempotency-replayed': 'true',
		},
	});
}

const WithToken = z.object({ token: z.string() });

function tokenIn(body: string): string | null {
	if (body === '') return null;
	const parsed = WithToken.safeParse(JSON.parse(body));
	return parsed.success ? parsed.data.token : null;
}
