import { json } from '@sveltejs/kit';
import { RedeemBody, sessionToWire } from '$lib/protocol';
import { getApp } from '$lib/server/app';
import { setLoginCookie } from '$lib/server/auth/request';
import { answering, readBody } from '../../answers';
import { refusedAsAnybody } from '../../limits';
import { problem } from '../../problem';
import { guestToWire } from '../../wire';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = answering(async (event) => {
	const { request, locals, cookies, url } = event;
	const { body, wrong } = await readBody(request, RedeemBody);
	if (wrong) return wrong;
	const refused = await refusedAsAnybody(event, 'guest_redeem');
	if (refused) return refused;
	const { doors, auth } = await getApp();
	const redeemed = await doors.redeem({
		login: locals.login,
		secret: body.token,
		displayName: body.display_name,
		userAgent: request.headers.get('user-agent'),
	});
	if (!redeemed.ok) return problem(redeemed.code);
	const { meeting, person, token } = redeemed.value;
	if (token !== null) setLoginCookie(cookies, url, auth, token);
	return json({ session: sessionToWire(meeting), ...guestToWire(person, token) });
});
