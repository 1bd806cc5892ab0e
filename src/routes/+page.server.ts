import { fail, redirect } from '@sveltejs/kit';
import { getApp } from '$lib/server/app';
import { setLoginCookie } from '$lib/server/auth/request';
import { readForm, readStartForm, textOf } from './start-form';
import { orAwayPage } from './working';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
	const { login } = locals;
	if (login === null) return { name: '', running: null };
	const app = await getApp();
	const [running] = await orAwayPage(app, app.meetings.activeOf(login.personId));
	const peer = running?.people.find(({ id }) => id !== login.personId);
	return {
		name: login.displayName,
		running: running ? { id: running.meeting.id, peerName: peer?.displayName ?? null } : null,
	};
};

export const actions: Actions = {
	start: async ({ request, locals, cookies, url }) => {
		const form = await readForm(request);
		const typed = { name: textOf(form, 'name'), duration: textOf(form, 'duration') };
		const wish = readStartForm(form);
		if (!wish.ok) return fail(400, { code: wish.code, ...typed });

		const { doors, auth, orAway } = await getApp();
		const { displayName, durationMin, isDemo } = wish.value;
		const userAgent = request.headers.get('user-agent');
		const started = await orAway(
			doors.start({ login: locals.login, displayName, durationMin, userAgent }),
		);
		if (!started.ok) return fail(503, { code: started.code, ...typed });
		const { meeting, invite, token } = started.value;
		if (token !== null) setLoginCookie(cookies, url, auth, token);
		// In the fragment, so that no log and no referrer ever sees the secret.
		redirect(303, `/meet/${meeting.id}#${invite.secret}${isDemo ? '&demo' : ''}`);
	},
};
