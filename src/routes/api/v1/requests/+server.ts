import { json } from '@sveltejs/kit';
import { PAGE_LIMITS, RequestsQuery, SendRequestBody } from '$lib/protocol';
import { getApp } from '$lib/server/app';
import { answering, readBody, readQuery } from '../answers';
import { whoAsks } from '../callers';
import { tooOften } from '../limits';
import { problem } from '../problem';
import { requestViewToWire } from '../wire';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = answering(async (event) => {
	const asked = await whoAsks(event, { account: true });
	if (asked.wrong) return asked.wrong;
	const { query, wrong } = readQuery(event.url, RequestsQuery);
	if (wrong) return wrong;
	const { requests } = await getApp();
	const limit = query.limit ?? PAGE_LIMITS.usual;
	const page = await requests.list(asked.login.personId, { ...query, limit });
	return json({ requests: page.rows.map(requestViewToWire), next_cursor: page.nextCursor });
});

/** "Shall we meet?" Asking what is asked already changes nothing and gets the same request (200). */
export const POST: RequestHandler = answering(async (event) => {
	const asked = await whoAsks(event, { account: true, rule: null });
	if (asked.wrong) return asked.wrong;
	const { body, wrong } = await readBody(event.request, SendRequestBody);
	if (wrong) return wrong;
	const refused = await tooOften('request', asked.login.personId);
	if (refused) return refused;
	const { requests } = await getApp();
	const sent = await requests.send({
		fromId: asked.login.personId,
		toId: body.to_user_id,
		note: body.note ?? null,
		destination: body.destination ?? null,
	});
	if (sent.ok)
		return json({ request: requestViewToWire(sent.view) }, { status: sent.isNew ? 201 : 200 });
	return problem(sent.code, sent.code === 'REQUEST_REVERSED' ? { request_id: sent.requestId } : {});
});
