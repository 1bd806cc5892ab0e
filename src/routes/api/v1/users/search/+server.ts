import { json } from '@sveltejs/kit';
import { publicUser, SearchQuery } from '$lib/protocol';
import { getApp } from '$lib/server/app';
import { answering, readQuery } from '../../answers';
import { whoAsks } from '../../callers';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = answering(async (event) => {
	const asked = await whoAsks(event, { account: true, rule: 'search' });
	if (asked.wrong) return asked.wrong;
	const { query, wrong } = readQuery(event.url, SearchQuery);
	if (wrong) return wrong;
	const { friends } = await getApp();
	const found = await friends.search(asked.login.personId, query.q);
	return json({ users: found.map(publicUser) });
});
