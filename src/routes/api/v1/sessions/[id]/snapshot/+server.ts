import { json } from '@sveltejs/kit';
import { getApp } from '$lib/server/app';
import { answering } from '../../../answers';
import { whoAsksFor } from '../../../callers';
import { problem } from '../../../problem';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = answering(async (event) => {
	const asked = await whoAsksFor(event, 'id');
	if (asked.wrong) return asked.wrong;
	const { snapshot } = await getApp();
	const welcome = await snapshot(asked.id, asked.login.personId);
	if (welcome.ok) return json(welcome.value);
	return problem(welcome.code === 'NOT_A_PARTICIPANT' ? 'NOT_FOUND' : welcome.code);
});
