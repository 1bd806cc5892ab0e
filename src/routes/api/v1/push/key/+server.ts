import { json } from '@sveltejs/kit';
import { getApp } from '$lib/server/app';
import { answering } from '../../answers';
import type { RequestHandler } from './$types';

/** What a browser subscribes with. */
export const GET: RequestHandler = answering(async () => {
	const { push } = await getApp();
	return json({ public_key: push.publicKey });
});
