import { json } from '@sveltejs/kit';
import { problemOf, statusOf, type Problem, type Refusal } from '$lib/protocol';

const RETRY_AFTER_S = 5;

export interface ProblemExtras extends Pick<Problem, 'errors' | 'request_id' | 'distance_m'> {
	/** A sentence that says more than the usual one. */
	readonly detail?: string;
	readonly retryAfterS?: number;
}

/** An RFC 9457 answer for a refusal. */
export function problem(code: Refusal, extras: ProblemExtras = {}): Response {
	const status = statusOf(code);
	const { retryAfterS = status === 503 ? RETRY_AFTER_S : undefined, ...members } = extras;
	return json(
		{ ...problemOf(code), ...members },
		{
			status,
			headers: {
				'content-type': 'application/problem+json',
				...(retryAfterS !== undefined && { 'retry-after': String(retryAfterS) }),
			},
		},
	);
}
