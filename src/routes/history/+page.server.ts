import { Id } from '$lib/protocol';
import { getApp } from '$lib/server/app';
import { loggedIn } from '../account-only';
import { refused, tooOften } from '../deeds';
import { readForm, textOf } from '../start-form';
import { orAwayPage } from '../working';
import type { Actions, PageServerLoad } from './$types';

const PAGE_ROWS = 20;
/** Longer than any cursor of ours. */
const CURSOR_MAX = 200;

export const load: PageServerLoad = async ({ locals, url }) => {
	const login = loggedIn({ locals, url });
	const app = await getApp();
	const before = url.searchParams.get('before');
	const cursor = before !== null && before.length <= CURSOR_MAX ? before : undefined;
	const { rows, nextCursor } = await orAwayPage(
		app,
		app.history.list(login.personId, { limit: PAGE_ROWS, ...(cursor && { cursor }) }),
	);
	return {
		rows,
		olderHref: nextCursor === null ? null : `/history?before=${encodeURIComponent(nextCursor)}`,
		isFirst: cursor === undefined,
		canAsk: login.kind === 'account',
	};
};

export const actions: Actions = {
	remove: async ({ request, locals, url }) => {
		const login = loggedIn({ locals, url });
		const id = textOf(await readForm(request), 'id');
		const wait = await tooOften(login.personId, id);
		if (wait) return wait;
		if (!Id.safeParse(id).success) return refused(id, 'NOT_FOUND');
		const { history, orAway } = await getApp();
		const removed = await orAway(history.remove(login.personId, id));
		if (!removed.ok) return refused(id, removed.code);
		return removed.value ? { done: 'removed' as const } : refused(id, 'NOT_FOUND');
	},

	clear: async ({ locals, url }) => {
		const login = loggedIn({ locals, url });
		const wait = await tooOften(login.personId, 'all');
		if (wait) return wait;
		const { history, orAway } = await getApp();
		const cleared = await orAway(history.clear(login.personId));
		return cleared.ok ? { done: 'cleared' as const } : refused('all', cleared.code);
	},
};
