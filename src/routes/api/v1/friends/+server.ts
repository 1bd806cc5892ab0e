import { json } from '@sveltejs/kit';
import { publicUser } from '$lib/protocol';
import { getApp } from '$lib/server/app';
import { answering } from '../answers';
import { whoAsks } from '../callers';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = answering(async (event) => {
	const asked = await whoAsks(event, { account: true });
	if (asked.wrong) return asked.wrong;
	const { friends } = await getApp();
	const people = await friends.list(asked.login.personId);
	return json({ users: people.map(publicUser) });
});
