import { json } from '@sveltejs/kit';
import { sessionToWire } from '$lib/protocol';
import { getApp } from '$lib/server/app';
import { answering, problem } from '../../answers';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = answering(async ({ locals }) => {
	if (locals.login === null) return problem('UNAUTHENTICATED');
	const { meetings } = await getApp();
	const views = await meetings.activeOf(locals.login.personId);
	return json({ sessions: views.map(({ meeting }) => sessionToWire(meeting)) });
});
