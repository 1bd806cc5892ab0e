import { getApp } from '$lib/server/app';
import { clearLoginCookie } from '$lib/server/auth/request';
import { answering, nothing } from '../../answers';
import { whoAsks } from '../../callers';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = answering(async (event) => {
	const { accounts, auth } = await getApp();
	const asked = await whoAsks(event, { rule: null });
	if (asked.wrong) return asked.wrong;
	await accounts.logOut(asked.login.personId, asked.login.id);
	clearLoginCookie(event.cookies, event.url, auth);
	return nothing();
});
