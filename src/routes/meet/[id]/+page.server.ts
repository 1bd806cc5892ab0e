import { error } from '@sveltejs/kit';
import { isParticipant } from '$lib/meeting';
import { Id } from '$lib/protocol';
import { getApp } from '$lib/server/app';
import { orAwayPage } from '../../working';
import type { PageServerLoad } from './$types';

// Not yours, not there, not even an id: nobody may learn which.
const notFound = () => error(404, { message: 'Not found', code: 'NOT_FOUND' });

export const load: PageServerLoad = async ({ params, locals }) => {
	const { login } = locals;
	if (login === null || !Id.safeParse(params.id).success) return notFound();
	const app = await getApp();
	const welcome = await orAwayPage(app, app.snapshot(params.id, login.personId));
	if (welcome.ok) {
		const isGuest = login.kind === 'guest';
		// A comfort: the meeting is shown without it, too.
		const saved = isGuest ? null : await app.orAway(app.places.list(login.personId));
		return { welcome: welcome.value, isGuest, places: saved?.ok ? saved.value : [] };
	}
	if (welcome.code !== 'MEETING_ENDED') return notFound();

	const view = await orAwayPage(app, app.meetings.find(params.id));
	if (view === null || !isParticipant(view.meeting, login.personId)) return notFound();
	const { meeting, people } = view;
	error(410, {
		message: 'Meeting ended',
		code: 'MEETING_ENDED',
		receipt: {
			names: people.map(({ displayName }) => displayName),
			// Past its end time, but the worker has not come by yet.
			endedAtMs: meeting.endedAtMs ?? meeting.expiresAtMs,
			reason: meeting.endReason ?? 'EXPIRED',
		},
	});
};
