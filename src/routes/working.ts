import { error } from '@sveltejs/kit';
import { m } from '$lib/paraglide/messages';
import type { App } from '$lib/server/app';

/** The page that says the server can't right now, or the same for a form of a page that is open. */
export function away(): never {
	error(503, { message: m.error_503_text(), code: 'UNAVAILABLE' });
}

/** What a page needs to be drawn, or the page that says the server can't right now. */
export async function orAwayPage<T>(app: Pick<App, 'orAway'>, work: Promise<T>): Promise<T> {
	const outcome = await app.orAway(work);
	return outcome.ok ? outcome.value : away();
}

export type Taking = Parameters<App['limits']['take']>;

/** Counts each; how many seconds to wait where that is one too many, null to go ahead. */
export async function secondsToWait(
	app: Pick<App, 'limits'>,
	...takings: readonly Taking[]
): Promise<number | null> {
	for (const [rule, subject] of takings) {
		const verdict = await app.limits.take(rule, subject);
		if (!verdict.ok) return verdict.retryAfterS;
	}
	return null;
}
