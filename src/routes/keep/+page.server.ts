import { fail, redirect, type ActionFailure } from '@sveltejs/kit';
import { statusOf } from '$lib/protocol';
import { getApp } from '$lib/server/app';
import { answerTo, readKeeping, refusalAnswer, type AccountAnswer } from '../account-form';
import { safeNext, withNext } from '../next';
import { readForm } from '../start-form';
import { orAwayPage, secondsToWait } from '../working';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const { login } = locals;
	const next = safeNext(url);
	if (login === null) redirect(303, withNext('/register', next));
	if (login.kind === 'account') redirect(303, next);
	const app = await getApp();
	const [running] = await orAwayPage(app, app.meetings.activeOf(login.personId));
	return { next, name: login.displayName, isMeeting: running !== undefined };
};

export const actions: Actions = {
	default: async (event): Promise<ActionFailure<AccountAnswer>> => {
		const { request, locals, url } = event;
		const { login } = locals;
		const next = safeNext(url);
		if (login === null) redirect(303, withNext('/register', next));
		if (login.kind === 'account') redirect(303, next);
		const form = await readForm(request);
		const wish = readKeeping(form);
		if (!wish.ok) return fail(400, answerTo(form, { errors: wish.errors }));

		const app = await getApp();
		const waitS = await secondsToWait(app, ['register', event.getClientAddress()]);
		if (waitS !== null) return fail(429, answerTo(form, { code: 'RATE_LIMIT_EXCEEDED', waitS }));
		const asked = await app.orAway(app.accounts.keep(login.personId, wish.value));
		const outcome = asked.ok ? asked.value : asked;
		if (!outcome.ok) return fail(statusOf(outcome.code), refusalAnswer(form, outcome.code));
		redirect(303, next);
	},
};
