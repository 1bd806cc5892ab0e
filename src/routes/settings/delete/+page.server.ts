import { fail, redirect } from '@sveltejs/kit';
import { getApp } from '$lib/server/app';
import { clearLoginCookie } from '$lib/server/auth/request';
import { readForm, textOf } from '../../start-form';
import { orAwayPage, secondsToWait, type Taking } from '../../working';
import { loginOf } from '../deed';
import type { Actions, PageServerLoad } from './$types';

const HERE = '/settings/delete';

export const load: PageServerLoad = async ({ locals, url }) => {
	if (locals.login === null && url.searchParams.has('done'))
		return { isDone: true, isGuest: false, hasPassword: false };
	const login = loginOf(locals, HERE);
	const app = await getApp();
	const account = await orAwayPage(app, app.accounts.me(login.personId));
	if (account === null) redirect(303, `/login?next=${HERE}`);
	const { kind, hasPassword } = account;
	return { isDone: false, isGuest: kind === 'guest', hasPassword };
};

export const actions: Actions = {
	default: async ({ request, locals, cookies, url }) => {
		const { personId } = loginOf(locals, HERE);
		const form = await readForm(request);
		const app = await getApp();
		const asked = await app.orAway(app.accounts.me(personId));
		if (!asked.ok) return fail(503, { code: asked.code, waitS: null });
		const account = asked.value;

		if (account?.handle && account.hasPassword) {
			const { handle } = account;
			// Guessing is no faster here than at the front door.
			const takings: Taking[] = [
				['change', personId],
				['login_handle', handle],
			];
			const waitS = await secondsToWait(app, ...takings);
			if (waitS !== null) return fail(429, { code: 'RATE_LIMIT_EXCEEDED', waitS });
			const password = textOf(form, 'password');
			// The login this makes goes with everything else.
			const tried = await app.orAway(app.accounts.logIn({ handle, password, userAgent: null }));
			if (!tried.ok) return fail(503, { code: tried.code, waitS: null });
			if (!tried.value.ok) return fail(403, { code: 'WRONG_PASSWORD', waitS: null });
			await app.limits.giveBack('login_handle', handle);
		}

		const removed = await app.orAway(app.accounts.remove(personId));
		if (!removed.ok) return fail(503, { code: removed.code, waitS: null });
		clearLoginCookie(cookies, url, app.auth);
		redirect(303, `${HERE}?done`);
	},
};
