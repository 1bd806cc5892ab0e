import { getApp } from '$lib/server/app';
import { answering, nothing } from '../../../answers';
import { whoAsksFor } from '../../../callers';
import { problem } from '../../../problem';
import type { RequestHandler } from './$types';

export const DELETE: RequestHandler = answering(async (event) => {
	const asked = await whoAsksFor(event, 'id');
	if (asked.wrong) return asked.wrong;
	const { accounts } = await getApp();
	const revoked = await accounts.revoke(asked.login.personId, asked.id);
	return revoked ? nothing() : problem('NOT_FOUND');
});
