import { json } from '@sveltejs/kit';
import { Handle, LoginBody } from '$lib/protocol';
import { getApp } from '$lib/server/app';
import { setLoginCookie } from '$lib/server/auth/request';
import { answering, readBody } from '../../answers';
import { tooOften, tooOftenFromThere } from '../../limits';
import { problem } from '../../problem';
import { meToWire } from '../../wire';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = answering(async (event) => {
	const { request, cookies, url } = event;
	const { body, wrong } = await readBody(request, LoginBody);
	if (wrong) return wrong;
	// A handle that nobody can have goes the way of one that nobody has, and takes as long.
	const read = Handle.safeParse(body.handle);
	const handle = read.success ? read.data : '';
	// By address first: whoever is stopped there can't use up the tries of other people's handles.
	const refused =
		(await tooOftenFromThere(event, 'login_address')) ?? (await tooOften('login_handle', handle));
	if (refused) return refused;
	const { accounts, auth, limits } = await getApp();
	const userAgent = request.headers.get('user-agent');
	const loggedIn = await accounts.logIn({ handle, password: body.password, userAgent });
	if (!loggedIn.ok) return problem(loggedIn.code);
	await limits.giveBack('login_address', event.getClientAddress());
	await limits.giveBack('login_handle', handle);
	const { account, token } = loggedIn.value;
	setLoginCookie(cookies, url, auth, token);
	return json({ user: meToWire(account), token });
});
