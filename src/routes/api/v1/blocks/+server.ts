import { json } from '@sveltejs/kit';
import { BlockBody } from '$lib/protocol';
import { getApp } from '$lib/server/app';
import { answering, readBody } from '../answers';
import { whoAsks } from '../callers';
import { problem } from '../problem';
import { blockToWire } from '../wire';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = answering(async (event) => {
	const asked = await whoAsks(event);
	if (asked.wrong) return asked.wrong;
	const { blocks } = await getApp();
	const views = await blocks.list(asked.login.personId);
	return json({ blocks: views.map(blockToWire) });
});

export const POST: RequestHandler = answering(async (event) => {
	const asked = await whoAsks(event);
	if (asked.wrong) return asked.wrong;
	const { body, wrong } = await readBody(event.request, BlockBody);
	if (wrong) return wrong;
	const { blocks } = await getApp();
	const blocked = await blocks.block(asked.login.personId, body.user_id);
	return blocked.ok ? json({ block: blockToWire(blocked.value) }) : problem(blocked.code);
});
