import { fail, redirect } from '@sveltejs/kit';
import { statusOf } from '$lib/protocol';
import { getApp } from '$lib/server/app';
import { setLoginCookie } from '$lib/server/auth/request';
import { readForm, readName, textOf } from '../start-form';
import type { Actions, PageServerLoad } from './$types';

// Longer than any secret we make: what is longer still is nobody's invite.
const SECRET_MAX = 200;

export const load: PageServerLoad = ({ locals }) => ({ name: locals.login?.displayName ?? '' });

export const actions: Actions = {
	join: async ({ request, locals, cookies, url }) => {
		const form = await readForm(request);
		const typed = textOf(form, 'name');
		const secret = textOf(form, 'secret').slice(0, SECRET_MAX);
		const name = readName(form);
		if (!name.ok) return fail(400, { code: name.code, name: typed });

		const { doors, auth, orAway } = await getApp();
		const userAgent = request.headers.get('user-agent');
		const asked = await orAway(
			doors.redeem({ login: locals.login, secret, displayName: name.value, userAgent }),
		);
		const joined = asked.ok ? asked.value : asked;
		if (!joined.ok) return fail(statusOf(joined.code), { code: joined.code, name: typed });

		const { meeting, token } = joined.value;
		if (token !== null) setLoginCookie(cookies, url, auth, token);
		redirect(303, `/meet/${meeting.id}`);
	},
};
