import { json } from '@sveltejs/kit';
import { getApp } from '$lib/server/app';
import { answering } from '../../answers';
import { whoAsksFor } from '../../callers';
import { problem } from '../../problem';
import { requestViewToWire } from '../../wire';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = answering(async (event) => {
	const asked = await whoAsksFor(event, 'id', { account: true });
	if (asked.wrong) return asked.wrong;
	const { requests } = await getApp();
	const view = await requests.find(asked.id, asked.login.personId);
	return view ? json({ request: requestViewToWire(view) }) : problem('NOT_FOUND');
});
