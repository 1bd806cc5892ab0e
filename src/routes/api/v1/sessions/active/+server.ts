import { json } from '@sveltejs/kit';
import { sessionToWire } from '$lib/protocol';
import { getApp } from '$lib/server/app';
import { answering } from '../../answers';
import { whoAsks } from '../../callers';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = answering(async (event) => {
	const asked = await whoAsks(event);
	if (asked.wrong) return asked.wrong;
	const { meetings } = await getApp();
	const views = await meetings.activeOf(asked.login.personId);
	return json({ sessions: views.map(({ meeting }) => sessionToWire(meeting)) });
});
