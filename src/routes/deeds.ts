import { fail, redirect, type ActionFailure } from '@sveltejs/kit';
import type { RequestAnswer } from '$lib/meeting';
import { statusOf, type Refusal } from '$lib/protocol';
import { getApp } from '$lib/server/app';
import { secondsToWait, type Taking } from './working';

/** What a small form answers: about whom or what, and why not. */
export interface Refused {
	readonly id: string;
	readonly code: Refusal;
	readonly waitS: number | null;
}

/** A deed that was too often; null to go ahead. */
export async function tooOften(
	personId: string,
	id: string,
	rule: Taking[0] = 'change',
): Promise<ActionFailure<Refused> | null> {
	const waitS = await secondsToWait(await getApp(), [rule, personId]);
	return waitS === null ? null : refused(id, 'RATE_LIMIT_EXCEEDED', waitS);
}

export function refused(
	id: string,
	code: Refusal,
	waitS: number | null = null,
): ActionFailure<Refused> {
	return fail(statusOf(code), { id, code, waitS });
}

/** "Accept" leads to the meeting, the others say what they did. */
export async function answerRequest(
	personId: string,
	requestId: string,
	answer: RequestAnswer,
): Promise<ActionFailure<Refused> | { readonly answered: string }> {
	const wait = await tooOften(personId, requestId);
	if (wait) return wait;
	const { requests, orAway } = await getApp();
	const asked = await orAway(requests.answer(requestId, personId, answer));
	const outcome = asked.ok ? asked.value : asked;
	if (!outcome.ok) return refused(requestId, outcome.code);
	const { meetingId } = outcome.value.request;
	if (meetingId !== null) redirect(303, `/meet/${meetingId}`);
	return { answered: requestId };
}

/** Blocks somebody, from wherever the two met. */
export async function blockPerson(
	personId: string,
	otherId: string,
): Promise<ActionFailure<Refused> | { readonly blocked: string }> {
	const wait = await tooOften(personId, otherId);
	if (wait) return wait;
	const { blocks, orAway } = await getApp();
	const asked = await orAway(blocks.block(personId, otherId));
	const outcome = asked.ok ? asked.value : asked;
	if (!outcome.ok) return refused(otherId, outcome.code);
	return { blocked: outcome.value.person.displayName };
}
