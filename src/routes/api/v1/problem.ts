import { json } from '@sveltejs/kit';
import { problemOf, statusOf, type Problem, type Refusal } from '$lib/protocol';

const RETRY_AFTER_S = 5;

export interface ProblemExtras extends Pick<Problem, 'errors' | 'request_id' | 'distance_m'> {
	/** A sentence that says more than the usual one. */
	readonly detail?: string;
	readonly retryAfterS?: number;
	/** With METHOD_NOT_ALLOWED: the methods that are. */
	readonly allow?: string;
}

/** An RFC 9457 answer for a refusal. */
export function problem(code: Refusal, extras: ProblemExtras = {}): Response {
	const status = statusOf(code);
	const { retryAfterS = status === 503 ? RETRY_AFTER_S : undefined, allow, ...members } = extras;
	return json(
		{ ...problemOf(code), ...members },
		{
			status,
			headers: {
				'content-type': 'application/problem+json',
				...(retryAfterS !== undefined && { 'retry-after': String(retryAfterS) }),
				// RFC 9110 wants to hear how to log in, and so do the libraries that go by it.
				...(status === 401 && { 'www-authenticate': 'Bearer' }),
				...(allow !== undefined && { allow }),
			},
		},
	);
}
