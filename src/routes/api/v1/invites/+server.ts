import { json } from '@sveltejs/kit';
import { RenewInviteBody } from '$lib/protocol';
import { getApp } from '$lib/server/app';
import { answering, readBody } from '../answers';
import { whoAsks } from '../callers';
import { tooOften } from '../limits';
import { problem } from '../problem';
import { inviteToWire } from '../wire';
import type { RequestHandler } from './$types';

/** A new link for a meeting with a free seat; the older one dies. */
export const POST: RequestHandler = answering(async (event) => {
	const asked = await whoAsks(event, { rule: null });
	if (asked.wrong) return asked.wrong;
	const { body, wrong } = await readBody(event.request, RenewInviteBody);
	if (wrong) return wrong;
	const refused = await tooOften('invite', asked.login.personId);
	if (refused) return refused;
	const { invites } = await getApp();
	const renewed = await invites.renew(body.session_id, asked.login.personId);
	if (!renewed.ok) return problem(renewed.code);
	return json({ invite: inviteToWire(renewed.value, event.url) }, { status: 201 });
});
