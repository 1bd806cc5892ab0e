import { getApp } from '$lib/server/app';
import { answering, nothing } from '../../answers';
import { whoAsksFor } from '../../callers';
import { problem } from '../../problem';
import type { RequestHandler } from './$types';

export const DELETE: RequestHandler = answering(async (event) => {
	const asked = await whoAsksFor(event, 'user_id');
	if (asked.wrong) return asked.wrong;
	const { blocks } = await getApp();
	const unblocked = await blocks.unblock(asked.login.personId, asked.id);
	return unblocked ? nothing() : problem('NOT_FOUND');
});
