import { getApp } from '$lib/server/app';
import { answering, nothing } from '../../answers';
import { whoAsksFor } from '../../callers';
import { problem } from '../../problem';
import type { RequestHandler } from './$types';

export const DELETE: RequestHandler = answering(async (event) => {
	const asked = await whoAsksFor(event, 'id');
	if (asked.wrong) return asked.wrong;
	const { places } = await getApp();
	const removed = await places.remove(asked.login.personId, asked.id);
	return removed ? nothing() : problem('NOT_FOUND');
});
