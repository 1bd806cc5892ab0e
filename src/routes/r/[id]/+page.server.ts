import { error, redirect } from '@sveltejs/kit';
import type { RequestAnswer } from '$lib/meeting';
import { Id } from '$lib/protocol';
import { getApp } from '$lib/server/app';
import { accountFor, accountOf, loginPath } from '../../account-only';
import { answerRequest, blockPerson, refused } from '../../deeds';
import { NEWS } from '../../news';
import { orAwayPage } from '../../working';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

export const load: PageServerLoad = async ({ params, locals, url, depends }) => {
	depends(NEWS);
	// Requests are between accounts: a guest who opens the link is somebody in the wrong browser.
	const login = accountOf({ locals, url }) ?? redirect(303, loginPath(url));
	const app = await getApp();
	const [view, running] = await orAwayPage(
		app,
		Promise.all([
			Id.safeParse(params.id).success ? app.requests.find(params.id, login.personId) : null,
			app.meetings.activeOf(login.personId),
		]),
	);
	// Not yours, not there, not even an id: nobody may learn which.
	if (view === null) error(404, { message: 'Not found', code: 'NOT_FOUND' });
	const endpoints = await orAwayPage(app, app.push.endpointsOf(login.personId));
	return {
		...view,
		meId: login.personId,
		/** The meeting that came of it can still be opened. */
		isRunning: running.some(({ meeting }) => meeting.id === view.request.meetingId),
		nowMs: app.now(),
		link: `${app.env.origin ?? url.origin}/r/${view.request.id}`,
		push: { publicKey: app.push.publicKey, endpoints },
	};
};

function answer({ params, locals, url }: RequestEvent, wish: RequestAnswer) {
	const login = accountFor({ locals, url });
	if (!Id.safeParse(params.id).success) return refused(params.id, 'NOT_FOUND');
	return answerRequest(login.personId, params.id, wish);
}

export const actions: Actions = {
	accept: (event) => answer(event, 'accept'),
	decline: (event) => answer(event, 'decline'),
	cancel: (event) => answer(event, 'cancel'),
	block: async ({ params, locals, url }) => {
		const login = accountFor({ locals, url });
		if (!Id.safeParse(params.id).success) return refused(params.id, 'NOT_FOUND');
		const { requests, orAway } = await getApp();
		const found = await orAway(requests.find(params.id, login.personId));
		if (!found.ok) return refused(params.id, found.code);
		if (found.value === null) return refused(params.id, 'NOT_FOUND');
		const { from, to } = found.value;
		const outcome = await blockPerson(login.personId, from.id === login.personId ? to.id : from.id);
		// The request is not there any more for either of the two.
		if ('blocked' in outcome) redirect(303, '/requests');
		return outcome;
	},
};
