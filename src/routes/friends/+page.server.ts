import { PERSON_LIMITS } from '$lib/meeting';
import { Id } from '$lib/protocol';
import { getApp } from '$lib/server/app';
import { accountFor, accountOf } from '../account-only';
import { blockPerson, refused, tooOften } from '../deeds';
import { NEWS } from '../news';
import { readForm, textOf } from '../start-form';
import { orAwayPage, secondsToWait } from '../working';
import type { Actions, PageServerLoad } from './$types';

/** Longer than any name or handle. */
const WORDS_MAX = 100;

export const load: PageServerLoad = async ({ locals, url, depends }) => {
	const login = accountOf({ locals, url });
	if (login === null) return { isGuest: true as const };
	const app = await getApp();
	const words = (url.searchParams.get('q') ?? '').trim().slice(0, WORDS_MAX);
	// What is found stays as it is: looking again by itself would use up the searches of the person.
	if (words === '') depends(NEWS);
	const friends = await orAwayPage(app, app.friends.list(login.personId));
	const answer = { isGuest: false as const, words, friends, found: null, code: null, waitS: null };
	if (words === '') return answer;
	if (words.length < PERSON_LIMITS.searchMin)
		return { ...answer, code: 'WORDS_TOO_SHORT' as const };

	const waitS = await secondsToWait(app, ['search', login.personId]);
	if (waitS !== null) return { ...answer, code: 'RATE_LIMIT_EXCEEDED' as const, waitS };
	return { ...answer, found: await orAwayPage(app, app.friends.search(login.personId, words)) };
};

export const actions: Actions = {
	remove: async ({ request, locals, url }) => {
		const login = accountFor({ locals, url });
		const id = textOf(await readForm(request), 'id');
		const wait = await tooOften(login.personId, id);
		if (wait) return wait;
		if (!Id.safeParse(id).success) return refused(id, 'NOT_FOUND');
		const { friends, orAway } = await getApp();
		const friend = await orAway(friends.find(login.personId, id));
		if (!friend.ok) return refused(id, friend.code);
		const removed = await orAway(friends.remove(login.personId, id));
		if (!removed.ok) return refused(id, removed.code);
		if (!removed.value || friend.value === null) return refused(id, 'NOT_FOUND');
		return { removed: friend.value.displayName };
	},

	block: async ({ request, locals, url }) => {
		const login = accountFor({ locals, url });
		return blockPerson(login.personId, textOf(await readForm(request), 'id'));
	},
};
