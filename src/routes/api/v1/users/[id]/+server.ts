import { json } from '@sveltejs/kit';
import { publicUser } from '$lib/protocol';
import { getApp } from '$lib/server/app';
import { answering } from '../../answers';
import { whoAsksFor } from '../../callers';
import { problem } from '../../problem';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = answering(async (event) => {
	const asked = await whoAsksFor(event, 'id');
	if (asked.wrong) return asked.wrong;
	const { friends, accounts } = await getApp();
	const { personId } = asked.login;
	const person = await (asked.id === personId
		? accounts.me(personId)
		: friends.find(personId, asked.id));
	return person ? json({ user: publicUser(person) }) : problem('NOT_FOUND');
});
