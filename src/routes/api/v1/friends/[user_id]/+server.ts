import { getApp } from '$lib/server/app';
import { answering, nothing } from '../../answers';
import { whoAsksFor } from '../../callers';
import { problem } from '../../problem';
import type { RequestHandler } from './$types';

export const DELETE: RequestHandler = answering(async (event) => {
	const asked = await whoAsksFor(event, 'user_id', { account: true });
	if (asked.wrong) return asked.wrong;
	const { friends } = await getApp();
	const removed = await friends.remove(asked.login.personId, asked.id);
	return removed ? nothing() : problem('NOT_FOUND');
});
