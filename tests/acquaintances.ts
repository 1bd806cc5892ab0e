import { randomUUID } from 'node:crypto';
import type { Person } from './person';
import { expect, test } from './stories';

/** How people of a story come to know each other, where that is not what the story is about. */

export const PASSWORD = 'seven green umbrellas';
const base = () => test.info().project.use.baseURL ?? '';

/** An account without looking at the form: that one has stories of its own. Answers the handle. */
export async function signsUp(person: Person): Promise<string> {
	const handle = `${person.name.toLowerCase()}_${randomUUID().replaceAll('-', '').slice(0, 10)}`;
	const answer = await sends(person, '/register', {
		handle,
		name: person.name,
		password: PASSWORD,
	});
	expect(answer).toMatchObject({ type: 'redirect' });
	return handle;
}

/** Posts a form as the page would. */
export async function sends(person: Person, path: string, form: Record<string, string>) {
	const headers = { origin: new URL(base()).origin, accept: 'application/json' };
	const answer = await person.context.request.post(path, { form, headers });
	return (await answer.json()) as { type: string; location?: string };
}

/** The id of somebody whom the person finds by his handle. */
export async function finds(person: Person, handle: string): Promise<string> {
	const page = await person.context.request.get(`/friends?q=${handle}`);
	const id = /\/friends\/([0-9a-f-]{36})\/ask/.exec(await page.text())?.[1];
	if (id === undefined) throw new Error(`${person.name} does not find ${handle}`);
	return id;
}

interface Asking {
	/** Has an account already. */
	readonly anaHandle?: string;
	readonly benHandle?: string;
	readonly place?: string;
}

/** Whoever asks is left on the page of the question. */
export async function anaAsksBen(ana: Person, ben: Person, asking: Asking = {}) {
	const anaHandle = asking.anaHandle ?? (await signsUp(ana));
	const benHandle = asking.benHandle ?? (await signsUp(ben));
	const [anaId, benId] = [await finds(ben, anaHandle), await finds(ana, benHandle)];
	const place = asking.place && {
		place: 'map',
		place_name: asking.place,
		lat: '59.9',
		lon: '10.7',
	};
	const asked = await sends(ana, `/friends/${benId}/ask`, { note: '', ...(place || {}) });
	expect(asked).toMatchObject({ type: 'redirect' });
	await ana.page.goto(asked.location ?? '');
	await expect(ana.page.getByText(`Waiting for ${ben.name}`)).toBeVisible();
	return { link: ana.page.url(), anaId, benId, anaHandle, benHandle };
}

export async function areFriends(ana: Person, ben: Person, asking: Asking = {}): Promise<void> {
	const { link } = await anaAsksBen(ana, ben, asking);
	await ben.page.goto(link);
	await ben.page.getByRole('button', { name: 'Accept: meet Ana' }).click();
	for (const person of [ana, ben]) await expect(person.page).toHaveURL(/\/meet\//);
}
