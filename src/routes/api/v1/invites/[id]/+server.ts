import { getApp } from '$lib/server/app';
import { answering, nothing } from '../../answers';
import { whoAsksFor } from '../../callers';
import { problem } from '../../problem';
import type { RequestHandler } from './$types';

export const DELETE: RequestHandler = answering(async (event) => {
	const asked = await whoAsksFor(event, 'id');
	if (asked.wrong) return asked.wrong;
	const { invites } = await getApp();
	const revoked = await invites.revoke(asked.id, asked.login.personId);
	return revoked.ok ? nothing() : problem(revoked.code);
});
