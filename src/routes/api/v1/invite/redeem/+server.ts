import { json } from '@sveltejs/kit';
import { RedeemBody, sessionToWire } from '$lib/protocol';
import { getApp } from '$lib/server/app';
import { setLoginCookie } from '$lib/server/auth/request';
import { answering, guestToWire, problem, readBody } from '../../answers';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = answering(async ({ request, locals, cookies, url }) => {
	const { body, wrong } = await readBody(request, RedeemBody);
	if (wrong) return wrong;
	const { doors, auth } = await getApp();
	const redeemed = await doors.redeem({
		login: locals.login,
		secret: body.token,
		displayName: body.display_name,
	});
	if (!redeemed.ok) return problem(redeemed.code);
	const { meeting, person, token } = redeemed.value;
	if (token !== null) setLoginCookie(cookies, url, auth, token);
	return json({ session: sessionToWire(meeting), ...guestToWire(person, token) });
});
