import { Id } from '$lib/protocol';
import { getApp } from '$lib/server/app';
import { answering, sessionAnswer } from '../../../../answers';
import { whoAsksFor } from '../../../../callers';
import { problem } from '../../../../problem';
import type { RequestHandler } from './$types';

/** The creator takes somebody's seat away. */
export const DELETE: RequestHandler = answering(async (event) => {
	const asked = await whoAsksFor(event, 'id');
	if (asked.wrong) return asked.wrong;
	const personId = Id.safeParse(event.params.user_id);
	if (!personId.success) return problem('INVALID_ID');
	const { meetings, now } = await getApp();
	const removed = await meetings.change(asked.id, {
		type: 'remove',
		by: asked.login.personId,
		personId: personId.data,
		atMs: now(),
	});
	if (removed.ok) return sessionAnswer(removed.value);
	return problem(removed.code === 'NOT_A_PARTICIPANT' ? 'NOT_FOUND' : removed.code);
});
