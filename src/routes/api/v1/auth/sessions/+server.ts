import { json } from '@sveltejs/kit';
import { getApp } from '$lib/server/app';
import { answering } from '../../answers';
import { whoAsks } from '../../callers';
import { deviceToWire } from '../../wire';
import type { RequestHandler } from './$types';

/** The devices somebody is logged in on. */
export const GET: RequestHandler = answering(async (event) => {
	const asked = await whoAsks(event);
	if (asked.wrong) return asked.wrong;
	const { accounts } = await getApp();
	const devices = await accounts.devices(asked.login.personId, asked.login.id);
	return json({ sessions: devices.map(deviceToWire) });
});
