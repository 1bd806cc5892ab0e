import { ExtendBody } from '$lib/protocol';
import { getApp } from '$lib/server/app';
import { answering, readBody, sessionAnswer } from '../../../answers';
import { whoAsksFor } from '../../../callers';
import { problem } from '../../../problem';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = answering(async (event) => {
	const asked = await whoAsksFor(event, 'id');
	if (asked.wrong) return asked.wrong;
	const { body, wrong } = await readBody(event.request, ExtendBody);
	if (wrong) return wrong;
	const { meetings, now } = await getApp();
	const extended = await meetings.change(asked.id, {
		type: 'extend',
		by: asked.login.personId,
		minutes: body.minutes,
		atMs: now(),
	});
	if (extended.ok) return sessionAnswer(extended.value);
	return problem(extended.code === 'NOT_A_PARTICIPANT' ? 'NOT_FOUND' : extended.code);
});
