import { json } from '@sveltejs/kit';
import { PlaceBody } from '$lib/protocol';
import { getApp } from '$lib/server/app';
import { answering, readBody } from '../answers';
import { whoAsks } from '../callers';
import { problem } from '../problem';
import { placeToWire } from '../wire';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = answering(async (event) => {
	const asked = await whoAsks(event);
	if (asked.wrong) return asked.wrong;
	const { places } = await getApp();
	const saved = await places.list(asked.login.personId);
	return json({ places: saved.map(placeToWire) });
});

export const POST: RequestHandler = answering(async (event) => {
	const asked = await whoAsks(event);
	if (asked.wrong) return asked.wrong;
	const { body, wrong } = await readBody(event.request, PlaceBody);
	if (wrong) return wrong;
	const { places } = await getApp();
	const saved = await places.save(asked.login.personId, body);
	if (!saved.ok) return problem(saved.code);
	return json({ place: placeToWire(saved.value) }, { status: 201 });
});
