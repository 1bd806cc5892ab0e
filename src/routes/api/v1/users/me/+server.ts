import { json } from '@sveltejs/kit';
import { ChangeMeBody } from '$lib/protocol';
import { getApp } from '$lib/server/app';
import { clearLoginCookie } from '$lib/server/auth/request';
import { answering, nothing, readBody } from '../../answers';
import { whoAsks } from '../../callers';
import { tooOften } from '../../limits';
import { problem } from '../../problem';
import { meToWire } from '../../wire';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = answering(async (event) => {
	const asked = await whoAsks(event);
	if (asked.wrong) return asked.wrong;
	const { accounts } = await getApp();
	const account = await accounts.me(asked.login.personId);
	return account ? json({ user: meToWire(account) }) : problem('UNAUTHENTICATED');
});

export const PATCH: RequestHandler = answering(async (event) => {
	const asked = await whoAsks(event);
	if (asked.wrong) return asked.wrong;
	const { body, wrong } = await readBody(event.request, ChangeMeBody);
	if (wrong) return wrong;
	const { personId, id: loginId } = asked.login;
	const { password: next, current_password: current } = body;
	const password = next !== undefined && current !== undefined ? { current, next } : undefined;
	// Whoever found somebody's device unlocked may not guess for as long as he likes.
	const refused = password && (await tooOften('login_handle', personId));
	if (refused) return refused;
	const { accounts, limits } = await getApp();
	const { display_name: displayName, searchable } = body;
	const changed = await accounts.change(personId, loginId, { displayName, searchable, password });
	if (!changed.ok && changed.code === 'NOT_FOUND') return problem('UNAUTHENTICATED');
	if (!changed.ok) return problem(changed.code);
	if (password) await limits.giveBack('login_handle', personId);
	return json({ user: meToWire(changed.value) });
});

/** Everything that is held about him, and himself. */
export const DELETE: RequestHandler = answering(async (event) => {
	const asked = await whoAsks(event);
	if (asked.wrong) return asked.wrong;
	const { accounts, auth } = await getApp();
	await accounts.remove(asked.login.personId);
	clearLoginCookie(event.cookies, event.url, auth);
	return nothing();
});
