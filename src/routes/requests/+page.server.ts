import { Id } from '$lib/protocol';
import type { RequestAnswer } from '$lib/meeting';
import { getApp } from '$lib/server/app';
import { accountFor, accountOf } from '../account-only';
import { answerRequest, blockPerson, refused } from '../deeds';
import { NEWS } from '../news';
import { readForm, textOf } from '../start-form';
import { orAwayPage } from '../working';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

/** Closed ones are there to see what became of them, not as an archive. */
const RECENT = { rows: 10, looked: 40 };

export const load: PageServerLoad = async ({ locals, url, depends }) => {
	depends(NEWS);
	const login = accountOf({ locals, url });
	if (login === null) return { isGuest: true as const };
	const app = await getApp();
	const meId = login.personId;
	// In one go, so that none can fall between the two lists.
	const [open, page, endpoints, running] = await orAwayPage(
		app,
		Promise.all([
			app.requests.pendingOf(meId),
			app.requests.list(meId, { limit: RECENT.looked }),
			app.push.endpointsOf(meId),
			app.meetings.activeOf(meId),
		]),
	);
	const closed = page.rows.filter(({ request }) => request.status !== 'PENDING');
	return {
		isGuest: false as const,
		meId,
		nowMs: app.now(),
		incoming: open.filter(({ to }) => to.id === meId),
		outgoing: open.filter(({ from }) => from.id === meId),
		closed: closed.slice(0, RECENT.rows),
		/** Meetings that can still be opened. */
		running: running.map(({ meeting }) => meeting.id),
		push: { publicKey: app.push.publicKey, endpoints },
	};
};

async function answer({ request, locals, url }: RequestEvent, wish: RequestAnswer) {
	const login = accountFor({ locals, url });
	const id = textOf(await readForm(request), 'id');
	if (!Id.safeParse(id).success) return refused(id, 'NOT_FOUND');
	return answerRequest(login.personId, id, wish);
}

export const actions: Actions = {
	accept: (event) => answer(event, 'accept'),
	decline: (event) => answer(event, 'decline'),
	cancel: (event) => answer(event, 'cancel'),
	block: async ({ request, locals, url }) => {
		const login = accountFor({ locals, url });
		return blockPerson(login.personId, textOf(await readForm(request), 'id'));
	},
};
