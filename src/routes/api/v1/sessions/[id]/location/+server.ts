import { WireFix } from '$lib/protocol';
import { getApp } from '$lib/server/app';
import { answering, nothing, readBody } from '../../../answers';
import { whoAsksFor } from '../../../callers';
import { tooOften } from '../../../limits';
import { problem } from '../../../problem';
import type { RequestHandler } from './$types';

/** For where sockets are blocked: the same checks as theirs. */
export const POST: RequestHandler = answering(async (event) => {
	const asked = await whoAsksFor(event, 'id', { rule: null });
	if (asked.wrong) return asked.wrong;
	const refused = await tooOften('location', `${asked.id} ${asked.login.personId}`);
	if (refused) return refused;
	const { body, wrong } = await readBody(event.request, WireFix);
	if (wrong) return wrong;
	const { locations } = await getApp();
	const taken = await locations.take(asked.id, asked.login.personId, body);
	if (taken.ok) return nothing();
	return problem(taken.code, taken.message === undefined ? {} : { detail: `${taken.message}.` });
});
