import type { RequestEvent } from '@sveltejs/kit';
import type { RateRule } from '$lib/protocol/rate-rules';
import { getApp } from '$lib/server/app';
import { bearerToken } from '$lib/server/auth/headers';
import { problem } from './problem';

/** Counts one. The answer that refuses where it was one too many. */
export async function tooOften(rule: RateRule, subject: string): Promise<Response | null> {
	const { limits } = await getApp();
	const verdict = await limits.take(rule, subject);
	return verdict.ok ? null : problem(verdict.code, { retryAfterS: verdict.retryAfterS });
}

/** For whom no login is known by which to count: by where he calls from. */
export function tooOftenFromThere(event: RequestEvent, rule: RateRule): Promise<Response | null> {
	return tooOften(rule, event.getClientAddress());
}

/**
 * What strangers may do too, each of whom becomes a guest: they are counted by address, a login as it
 * changes things. Who shows a token is no stranger: if it is no longer good he is told so, and not
 * made somebody else.
 */
export async function refusedAsAnybody(
	event: RequestEvent,
	strangers: 'guest_start' | 'guest_redeem',
): Promise<Response | null> {
	const { login } = event.locals;
	if (login === null && bearerToken(event.request.headers.get('authorization')) !== null)
		return problem('UNAUTHENTICATED');
	return login ? tooOften('change', login.personId) : tooOftenFromThere(event, strangers);
}
