import { AsyncResource } from 'node:async_hooks';

/**
 * Runs work in the context of whoever asked for this, and not in that of the caller: SvelteKit keeps each
 * request in an AsyncLocalStorage, and a timer holds on to the context it was started in. One that runs for
 * an hour would keep a whole request in memory for as long.
 */
export function createOutsideRequests(): <T>(work: () => T) => T {
	const outside = new AsyncResource('OUTSIDE_REQUESTS');
	return (work) => outside.runInAsyncScope(work);
}
