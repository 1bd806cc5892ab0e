import { fail, redirect, type ActionFailure } from '@sveltejs/kit';
import { statusOf } from '$lib/protocol';
import { getApp } from '$lib/server/app';
import { hasLoginCookie, setLoginCookie } from '$lib/server/auth/request';
import { answerTo, readCredentials, type AccountAnswer } from '../account-form';
import { safeNext } from '../next';
import { readForm } from '../start-form';
import { orAwayPage, secondsToWait, type Taking } from '../working';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, cookies }) => {
	const { login } = locals;
	const next = safeNext(url);
	if (login?.kind === 'account') redirect(303, next);
	const app = await getApp();
	// A browser that still carries a login which is no good any more: it was taken back elsewhere.
	if (login === null)
		return { next, wasLoggedOut: hasLoginCookie(cookies, url, app.auth), guestMeetingId: null };
	const [running] = await orAwayPage(app, app.meetings.activeOf(login.personId));
	return { next, wasLoggedOut: false, guestMeetingId: running?.meeting.id ?? null };
};

export const actions: Actions = {
	default: async (event): Promise<ActionFailure<AccountAnswer>> => {
		const { request, locals, cookies, url } = event;
		const form = await readForm(request);
		const app = await getApp();
		const credentials = readCredentials(form);
		const takings: Taking[] = [
			['login_address', event.getClientAddress()],
			...(credentials ? [['login_handle', credentials.handle] satisfies Taking] : []),
		];
		const waitS = await secondsToWait(app, ...takings);
		if (waitS !== null) return fail(429, answerTo(form, { code: 'RATE_LIMIT_EXCEEDED', waitS }));
		if (!credentials) return fail(401, answerTo(form, { code: 'WRONG_CREDENTIALS' }));

		const userAgent = request.headers.get('user-agent');
		const asked = await app.orAway(app.accounts.logIn({ ...credentials, userAgent }));
		const outcome = asked.ok ? asked.value : asked;
		if (!outcome.ok) return fail(statusOf(outcome.code), answerTo(form, { code: outcome.code }));

		for (const taking of takings) await app.limits.giveBack(...taking);
		// Nobody would ever log the old one out. A guest's stays: his meeting is open in a tab.
		const { login } = locals;
		if (login?.kind === 'account') await app.orAway(app.accounts.logOut(login.personId, login.id));
		setLoginCookie(cookies, url, app.auth, outcome.value.token);
		redirect(303, safeNext(url));
	},
};
