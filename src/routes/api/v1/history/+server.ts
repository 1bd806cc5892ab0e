import { json } from '@sveltejs/kit';
import { PAGE_LIMITS, PageQuery } from '$lib/protocol';
import { getApp } from '$lib/server/app';
import { answering, nothing, readQuery } from '../answers';
import { whoAsks } from '../callers';
import { pastToWire } from '../wire';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = answering(async (event) => {
	const asked = await whoAsks(event);
	if (asked.wrong) return asked.wrong;
	const { query, wrong } = readQuery(event.url, PageQuery);
	if (wrong) return wrong;
	const { history } = await getApp();
	const limit = query.limit ?? PAGE_LIMITS.usual;
	const page = await history.list(asked.login.personId, { ...query, limit });
	return json({ sessions: page.rows.map(pastToWire), next_cursor: page.nextCursor });
});

/** All of his own; what others remember stays theirs. */
export const DELETE: RequestHandler = answering(async (event) => {
	const asked = await whoAsks(event);
	if (asked.wrong) return asked.wrong;
	const { history } = await getApp();
	await history.clear(asked.login.personId);
	return nothing();
});
