import { json, type RequestEvent } from '@sveltejs/kit';
import { sessionToWire } from '$lib/protocol';
import { getApp, type RequestAnswer } from '$lib/server/app';
import { answering } from './answers';
import { whoAsksFor } from './callers';
import { problem } from './problem';
import { requestViewToWire } from './wire';

/** The three answers to a request differ in nothing but what is answered, and what comes of it. */
export function answeringRequest(
	answer: RequestAnswer,
): (event: RequestEvent) => Promise<Response> {
	return answering(async (event) => {
		const asked = await whoAsksFor(event, 'id', { account: true });
		if (asked.wrong) return asked.wrong;
		const { requests, meetings } = await getApp();
		const answered = await requests.answer(asked.id, asked.login.personId, answer);
		if (!answered.ok) return problem(answered.code);
		const { meetingId } = answered.value.request;
		const begun = answer === 'accept' && meetingId !== null ? await meetings.find(meetingId) : null;
		return json({
			request: requestViewToWire(answered.value),
			...(begun && { session: sessionToWire(begun.meeting) }),
		});
	});
}
