import { json } from '@sveltejs/kit';
import { RenewInviteBody } from '$lib/protocol';
import { getApp } from '$lib/server/app';
import { answering, inviteToWire, problem, readBody } from '../answers';
import type { RequestHandler } from './$types';

/** A new link for a meeting with a free seat; the older one dies. */
export const POST: RequestHandler = answering(async ({ request, locals, url }) => {
	const { body, wrong } = await readBody(request, RenewInviteBody);
	if (wrong) return wrong;
	if (locals.login === null) return problem('UNAUTHENTICATED');
	const { invites } = await getApp();
	const renewed = await invites.renew(body.session_id, locals.login.personId);
	if (!renewed.ok) return problem(renewed.code);
	return json({ invite: inviteToWire(renewed.value, url) }, { status: 201 });
});
