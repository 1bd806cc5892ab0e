/**
 * When to try again. Full jitter (M. Brooker, "Exponential Backoff and Jitter", 2015): anything from
 * nothing to the growing limit, so that a thousand phones leaving one tunnel don't knock at once.
 */
export const BACKOFF = {
	firstMs: 1_000,
	factor: 1.5,
	maxMs: 30_000,
	/** After a restart of the server (1012) everybody is back within this time. */
	restartSpreadMs: 5_000,
} as const;

/**
 * `attempt` counts from 0. The first tries fall well inside the 5 s in which the server does not yet
 * call us offline: of the limits 1 s, 1.5 s, 2.25 s the mean is 2.4 s for three tries. So a short
 * drop is over before the other person hears of it, and the grace needs no timer of its own here.
 */
export function retryDelayMs(attempt: number, random: number): number {
	// 1.5^9 is past the maximum already; the power of a day without network would be Infinity.
	const limitMs = BACKOFF.firstMs * BACKOFF.factor ** Math.min(attempt, 20);
	return Math.round(random * Math.min(BACKOFF.maxMs, limitMs));
}

export function restartDelayMs(random: number): number {
	return Math.round(random * BACKOFF.restartSpreadMs);
}
