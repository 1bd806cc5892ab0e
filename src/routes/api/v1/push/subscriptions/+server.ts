import { SubscribeBody, UnsubscribeBody } from '$lib/protocol';
import { getApp } from '$lib/server/app';
import { answering, nothing, readBody } from '../../answers';
import { whoAsks } from '../../callers';
import { problem } from '../../problem';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = answering(async (event) => {
	const asked = await whoAsks(event);
	if (asked.wrong) return asked.wrong;
	const { body, wrong } = await readBody(event.request, SubscribeBody);
	if (wrong) return wrong;
	const { push } = await getApp();
	const { personId, id, isExternal } = asked.login;
	await push.subscribe(personId, isExternal ? null : id, body);
	return new Response(null, { status: 201 });
});

export const DELETE: RequestHandler = answering(async (event) => {
	const asked = await whoAsks(event);
	if (asked.wrong) return asked.wrong;
	const { body, wrong } = await readBody(event.request, UnsubscribeBody);
	if (wrong) return wrong;
	const { push } = await getApp();
	const removed = await push.unsubscribe(asked.login.personId, body.endpoint);
	return removed ? nothing() : problem('NOT_FOUND');
});
