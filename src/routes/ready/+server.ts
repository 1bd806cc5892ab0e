import { json } from '@sveltejs/kit';
import { getApp } from '$lib/server/app';

export const GET = async () => {
	const { components } = await getApp();
	const state = await components();
	const failing = Object.entries(state)
		.filter(([, up]) => !up)
		.map(([name]) => name);
	if (failing.length === 0) return json({ status: 'ready', components: state });
	return json({ status: 'not_ready', failing, components: state }, { status: 503 });
};
