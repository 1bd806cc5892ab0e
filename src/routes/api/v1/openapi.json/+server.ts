import { json } from '@sveltejs/kit';
import { openApiDocument } from '$lib/protocol/openapi';
import { answering } from '../answers';
import type { RequestHandler } from './$types';

const DOCUMENT = openApiDocument();

/** The same for everybody, and the same until the server is another one. */
export const GET: RequestHandler = answering(async () =>
	json(DOCUMENT, { headers: { 'cache-control': 'public, max-age=300' } }),
);
