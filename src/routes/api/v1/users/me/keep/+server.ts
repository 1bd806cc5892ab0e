import { json } from '@sveltejs/kit';
import { KeepBody } from '$lib/protocol';
import { getApp } from '$lib/server/app';
import { answering, readBody } from '../../../answers';
import { whoAsks } from '../../../callers';
import { tooOftenFromThere } from '../../../limits';
import { problem } from '../../../problem';
import { meToWire } from '../../../wire';
import type { RequestHandler } from './$types';

/** A guest becomes an account and stays who and where he is. */
export const POST: RequestHandler = answering(async (event) => {
	const asked = await whoAsks(event);
	if (asked.wrong) return asked.wrong;
	if (asked.login.kind !== 'guest') return problem('NOT_A_GUEST');
	const { body, wrong } = await readBody(event.request, KeepBody);
	if (wrong) return wrong;
	const refused = await tooOftenFromThere(event, 'register');
	if (refused) return refused;
	const { accounts } = await getApp();
	const { handle, password, display_name: displayName } = body;
	const kept = await accounts.keep(asked.login.personId, { handle, password, displayName });
	return kept.ok ? json({ user: meToWire(kept.value) }) : problem(kept.code);
});
