import { getApp } from '$lib/server/app';
import { answering, nothing } from '../../answers';
import { whoAsksFor } from '../../callers';
import { problem } from '../../problem';
import type { RequestHandler } from './$types';

export const DELETE: RequestHandler = answering(async (event) => {
	const asked = await whoAsksFor(event, 'session_id');
	if (asked.wrong) return asked.wrong;
	const { history } = await getApp();
	const removed = await history.remove(asked.login.personId, asked.id);
	return removed ? nothing() : problem('NOT_FOUND');
});
