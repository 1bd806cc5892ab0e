import { error } from '@sveltejs/kit';
import { dev } from '$app/environment';
import { getApp } from '$lib/server/app';
import type { PageServerLoad } from './$types';

/** In production only where whoever runs the server asked for it. */
export const load: PageServerLoad = async () => {
	const { env } = await getApp();
	if (!dev && !env.debugClient) error(404, { message: 'Not found', code: 'NOT_FOUND' });
};
