import type { RequestEvent } from '@sveltejs/kit';
import { getApp, type RateRule } from '$lib/server/app';
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

/** What strangers may do too, each of whom becomes a guest: they by address, a login as it changes things. */
export function tooOftenAsAnybody(
	event: RequestEvent,
	strangers: 'guest_start' | 'guest_redeem',
): Promise<Response | null> {
	const { login } = event.locals;
	return login ? tooOften('change', login.personId) : tooOftenFromThere(event, strangers);
}
