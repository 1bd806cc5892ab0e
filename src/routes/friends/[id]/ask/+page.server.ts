import { error, fail, redirect } from '@sveltejs/kit';
import type { Place } from '$lib/meeting';
import { Id, statusOf, type Refusal } from '$lib/protocol';
import { done, refuse, type Result } from '$lib/result';
import { getApp } from '$lib/server/app';
import { accountFor, accountOf } from '../../../account-only';
import { readForm, textOf } from '../../../start-form';
import { orAwayPage, secondsToWait } from '../../../working';
import { readAskForm, type AskRefusal, type PlaceWish } from './ask-form';
import type { Actions, PageServerLoad } from './$types';

type AskTrouble = AskRefusal | Refusal | 'PLACE_GONE';

export const load: PageServerLoad = async ({ params, locals, url }) => {
	const login = accountOf({ locals, url });
	if (login === null) return { isGuest: true as const };
	const app = await getApp();
	const person = Id.safeParse(params.id).success
		? await orAwayPage(app, app.friends.find(login.personId, params.id))
		: null;
	// Blocked, unknown, oneself: nobody may learn which.
	if (person === null || person.id === login.personId)
		error(404, { message: 'Not found', code: 'NOT_FOUND' });
	const places = await orAwayPage(app, app.places.list(login.personId));
	return { isGuest: false as const, person, places };
};

export const actions: Actions = {
	default: async ({ request, params, locals, url }) => {
		const login = accountFor({ locals, url });
		const fromId = login.personId;
		const form = await readForm(request);
		const typed = {
			note: textOf(form, 'note'),
			place: textOf(form, 'place'),
			placeName: textOf(form, 'place_name'),
			lat: textOf(form, 'lat'),
			lon: textOf(form, 'lon'),
			keeps: form.has('save_place'),
		};
		const no = (status: number, code: AskTrouble, waitS: number | null = null) =>
			fail(status, { ...typed, code, waitS });

		const wish = readAskForm(form);
		if (!wish.ok) return no(400, wish.code);
		if (!Id.safeParse(params.id).success) return no(404, 'NOT_FOUND');
		const app = await getApp();
		const waitS = await secondsToWait(app, ['request', fromId]);
		if (waitS !== null) return no(429, 'RATE_LIMIT_EXCEEDED', waitS);

		const found = await app.orAway(destinationOf(fromId, wish.value.where));
		const where = found.ok ? found.value : found;
		if (!where.ok) return no(where.code === 'PLACE_GONE' ? 400 : statusOf(where.code), where.code);

		const { note } = wish.value;
		const asked = await app.orAway(
			app.requests.send({ fromId, toId: params.id, note, destination: where.value }),
		);
		const sent = asked.ok ? asked.value : asked;
		if (sent.ok) redirect(303, `/r/${sent.view.request.id}`);
		// The other one was faster: that is a question to answer, not a fault.
		if (sent.code === 'REQUEST_REVERSED') redirect(303, `/r/${sent.requestId}`);
		return no(statusOf(sent.code), sent.code);
	},
};

/** The place that goes with the request; one picked on the map is kept first where that was wished. */
async function destinationOf(
	personId: string,
	where: PlaceWish,
): Promise<Result<Place | null, 'PLACE_GONE' | 'TOO_MANY_PLACES'>> {
	const { places } = await getApp();
	if (where.from === 'nowhere') return done(null);
	if (where.from === 'saved') {
		const saved = (await places.list(personId)).find(({ id }) => id === where.id);
		if (!saved) return refuse('PLACE_GONE');
		return done({ name: saved.name, lat: saved.lat, lon: saved.lon });
	}
	if (!where.keeps) return done(where.place);
	const kept = await places.save(personId, where.place);
	return kept.ok ? done(where.place) : kept;
}
