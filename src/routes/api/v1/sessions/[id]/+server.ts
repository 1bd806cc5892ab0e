import { isParticipant } from '$lib/meeting';
import { getApp } from '$lib/server/app';
import { answering, caller, problem, sessionAnswer } from '../../answers';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = answering(async (event) => {
	const asked = caller(event);
	if (asked.wrong) return asked.wrong;
	const { meetings } = await getApp();
	const view = await meetings.find(asked.meetingId);
	// An outsider may not even know that it exists.
	if (!view || !isParticipant(view.meeting, asked.login.personId)) return problem('NOT_FOUND');
	return sessionAnswer(view.meeting);
});

/** Ends it. Ending an ended meeting is no mistake: both may press at once, and both get the truth. */
export const DELETE: RequestHandler = answering(async (event) => {
	const asked = caller(event);
	if (asked.wrong) return asked.wrong;
	const { meetings, now } = await getApp();
	const ended = await meetings.change(asked.meetingId, {
		type: 'end',
		by: asked.login.personId,
		reason: 'USER_ACTION',
		atMs: now(),
	});
	if (ended.ok) return sessionAnswer(ended.value);
	if (ended.code !== 'MEETING_ENDED') return problem('NOT_FOUND');
	return GET(event);
});
