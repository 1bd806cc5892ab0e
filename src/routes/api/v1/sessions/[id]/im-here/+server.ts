import { json } from '@sveltejs/kit';
import { HereBody, instant, type HereAnswerField } from '$lib/protocol';
import { getApp } from '$lib/server/app';
import { answering, readBody } from '../../../answers';
import { whoAsksFor } from '../../../callers';
import { problem } from '../../../problem';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = answering(async (event) => {
	const asked = await whoAsksFor(event, 'id');
	if (asked.wrong) return asked.wrong;
	const { body, wrong } = await readBody(event.request, HereBody);
	if (wrong) return wrong;
	const { here } = await getApp();
	const pressed = await here.press(asked.id, asked.login.personId, body.manual === true);
	const distance = pressed.distanceM === null ? {} : { distance_m: pressed.distanceM };
	if (!pressed.ok)
		return problem(pressed.code === 'NOT_A_PARTICIPANT' ? 'NOT_FOUND' : pressed.code, distance);
	const { status, expiresAtMs } = pressed;
	return json({
		status,
		...distance,
		...(status === 'waiting_for_peer' && { expires_at: instant(expiresAtMs) }),
	} satisfies HereAnswerField);
});
