import { fail, redirect, type ActionFailure } from '@sveltejs/kit';
import { statusOf } from '$lib/protocol';
import { getApp } from '$lib/server/app';
import { setLoginCookie } from '$lib/server/auth/request';
import { answerTo, refusalAnswer, readRegistration, type AccountAnswer } from '../account-form';
import { safeNext, withNext } from '../next';
import { readForm } from '../start-form';
import { secondsToWait } from '../working';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, url }) => {
	const next = safeNext(url);
	if (locals.login?.kind === 'account') redirect(303, next);
	if (locals.login?.kind === 'guest') redirect(303, withNext('/keep', next));
	return { next };
};

export const actions: Actions = {
	default: async (event): Promise<ActionFailure<AccountAnswer>> => {
		const { request, locals, cookies, url } = event;
		const { login } = locals;
		if (login?.kind === 'account') redirect(303, safeNext(url));
		const form = await readForm(request);
		const wish = readRegistration(form);
		if (!wish.ok) return fail(400, answerTo(form, { errors: wish.errors }));

		const app = await getApp();
		const waitS = await secondsToWait(app, ['register', event.getClientAddress()]);
		if (waitS !== null) return fail(429, answerTo(form, { code: 'RATE_LIMIT_EXCEEDED', waitS }));

		// A guest of another tab: the same person goes on, with his meeting.
		if (login !== null) {
			const asked = await app.orAway(app.accounts.keep(login.personId, wish.value));
			const outcome = asked.ok ? asked.value : asked;
			if (!outcome.ok) return fail(statusOf(outcome.code), refusalAnswer(form, outcome.code));
			redirect(303, safeNext(url));
		}

		const userAgent = request.headers.get('user-agent');
		const asked = await app.orAway(app.accounts.register({ ...wish.value, userAgent }));
		const outcome = asked.ok ? asked.value : asked;
		if (!outcome.ok) return fail(statusOf(outcome.code), refusalAnswer(form, outcome.code));
		setLoginCookie(cookies, url, app.auth, outcome.value.token);
		redirect(303, safeNext(url));
	},
};
