import { json } from '@sveltejs/kit';
import { sessionToWire, StartSessionBody } from '$lib/protocol';
import { getApp } from '$lib/server/app';
import { setLoginCookie } from '$lib/server/auth/request';
import { answering, readBody } from '../answers';
import { refusedAsAnybody } from '../limits';
import { guestToWire, inviteToWire } from '../wire';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = answering(async (event) => {
	const { request, locals, cookies, url } = event;
	const { body, wrong } = await readBody(request, StartSessionBody);
	if (wrong) return wrong;
	const refused = await refusedAsAnybody(event, 'guest_start');
	if (refused) return refused;
	const { doors, auth } = await getApp();
	const { meeting, invite, person, token } = await doors.start({
		login: locals.login,
		displayName: body.display_name,
		durationMin: body.duration_min,
		destination: body.destination ?? null,
		userAgent: request.headers.get('user-agent'),
	});
	if (token !== null) setLoginCookie(cookies, url, auth, token);
	return json(
		{
			session: sessionToWire(meeting),
			invite: inviteToWire(invite, url),
			...guestToWire(person, token),
		},
		{ status: 201 },
	);
});
