import { getApp } from '$lib/server/app';
import { formSentence } from '../../form-words';
import { orAwayPage, secondsToWait } from '../../working';
import { loginOf } from '../deed';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ locals }) => {
	const login = loginOf(locals);
	const app = await getApp();
	const waitS = await secondsToWait(app, ['change', login.personId]);
	if (waitS !== null)
		return new Response(formSentence('RATE_LIMIT_EXCEEDED', waitS), {
			status: 429,
			headers: { 'retry-after': String(waitS), 'content-type': 'text/plain; charset=utf-8' },
		});
	const everything = await orAwayPage(app, app.accounts.export(login.personId));
	return new Response(JSON.stringify(everything, null, '\t'), {
		headers: {
			'content-type': 'application/json',
			'content-disposition': 'attachment; filename="meetup.json"',
		},
	});
};
