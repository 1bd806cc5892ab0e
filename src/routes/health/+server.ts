import { json } from '@sveltejs/kit';

/** Alive: the process answers. Whether it can do its job is `/ready`. */
export const GET = () => json({ status: 'ok' });
