import { json } from '@sveltejs/kit';
import { getApp } from '$lib/server/app';
import { answering } from '../../../answers';
import { whoAsks } from '../../../callers';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = answering(async (event) => {
	const asked = await whoAsks(event);
	if (asked.wrong) return asked.wrong;
	const { accounts } = await getApp();
	return json(await accounts.export(asked.login.personId));
});
