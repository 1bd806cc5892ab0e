import { json } from '@sveltejs/kit';
import { RegisterBody } from '$lib/protocol';
import { getApp } from '$lib/server/app';
import { setLoginCookie } from '$lib/server/auth/request';
import { answering, readBody } from '../../answers';
import { tooOftenFromThere } from '../../limits';
import { problem } from '../../problem';
import { meToWire } from '../../wire';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = answering(async (event) => {
	const { request, cookies, url } = event;
	const { body, wrong } = await readBody(request, RegisterBody);
	if (wrong) return wrong;
	const refused = await tooOftenFromThere(event, 'register');
	if (refused) return refused;
	const { accounts, auth } = await getApp();
	const registered = await accounts.register({
		handle: body.handle,
		displayName: body.display_name,
		password: body.password,
		userAgent: request.headers.get('user-agent'),
	});
	if (!registered.ok) return problem(registered.code);
	const { account, token } = registered.value;
	setLoginCookie(cookies, url, auth, token);
	return json({ user: meToWire(account), token }, { status: 201 });
});
