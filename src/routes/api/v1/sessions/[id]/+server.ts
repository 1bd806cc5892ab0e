import { isParticipant } from '$lib/meeting';
import { getApp } from '$lib/server/app';
import { answering, sessionAnswer } from '../../answers';
import { whoAsksFor } from '../../callers';
import { problem } from '../../problem';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = answering(async (event) => {
	const asked = await whoAsksFor(event, 'id');
	if (asked.wrong) return asked.wrong;
	return ownSession(asked.id, asked.login.personId);
});

/** Ends it. Ending an ended meeting is no mistake: both may press at once, and both get the truth. */
export const DELETE: RequestHandler = answering(async (event) => {
	const asked = await whoAsksFor(event, 'id');
	if (asked.wrong) return asked.wrong;
	const { meetings, now } = await getApp();
	const ended = await meetings.change(asked.id, {
		type: 'end',
		by: asked.login.personId,
		reason: 'USER_ACTION',
		atMs: now(),
	});
	if (ended.ok) return sessionAnswer(ended.value);
	if (ended.code !== 'MEETING_ENDED') return problem('NOT_FOUND');
	return ownSession(asked.id, asked.login.personId);
});

async function ownSession(meetingId: string, personId: string): Promise<Response> {
	const { meetings } = await getApp();
	const view = await meetings.find(meetingId);
	// An outsider may not even know that it exists.
	if (!view || !isParticipant(view.meeting, personId)) return problem('NOT_FOUND');
	return sessionAnswer(view.meeting);
}
