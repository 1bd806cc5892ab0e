import type { RequestEvent } from '@sveltejs/kit';
import { z } from 'zod';
import { Id } from '$lib/protocol';
import { getApp } from '$lib/server/app';
import { setLoginCookie } from '$lib/server/auth/request';
import { problem } from './problem';

/** Whoever calls without a login. */
const STRANGER = 'stranger';
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * An unsafe call with an `Idempotency-Key` happens once: whoever lost the answer on the way asks
 * again with the same key and gets it, the login cookie included. A stranger who became somebody by
 * the first call asks again as that person.
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
	const { login } = locals;
	const made: Response[] = [];
	const outcome = await idempotency.once(
		{
			caller: login?.personId ?? STRANGER,
			key: key.toLowerCase(),
			route: `${request.method} ${url.pathname}`,
			body: await request.clone().text(),
			...(login && {
				formerly: {
					caller: STRANGER,
					isHis: ({ body }) => admittedBy(body)?.user.id === login.personId,
				},
			}),
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
	if (!outcome.ok)
		return problem(
			outcome.code,
			outcome.code === 'IDEMPOTENCY_IN_PROGRESS' ? { retryAfterS: 1 } : {},
		);
	// With the headers that are not kept, such as Retry-After.
	const [fresh] = made;
	if (fresh) return fresh;
	const { status, body, contentType } = outcome.value.answer;
	const admitted = admittedBy(body);
	if (admitted) setLoginCookie(cookies, url, auth, admitted.token);
	return new Response(body === '' ? null : body, {
		status,
		headers: {
			...(contentType !== '' && { 'content-type': contentType }),
			'idempotency-replayed': 'true',
		},
	});
}

/** The part of an answer that gives a login. */
const Admission = z.object({ token: z.string(), user: z.object({ id: Id }) });

function admittedBy(body: string): z.infer<typeof Admission> | null {
	if (body === '') return null;
	return Admission.safeParse(JSON.parse(body)).data ?? null;
}
