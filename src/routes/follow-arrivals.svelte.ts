import { goto } from '$app/navigation';
import { resolve } from '$app/paths';
import { getArrivals, type Arrival } from './arrivals.svelte';

/**
 * Takes whoever waits on this page to the meeting as soon as it begins. Not while he says yes himself:
 * his own tap leads there, and lets the meeting ask for his position. And not in a tab that nobody
 * looks at, which would take the meeting away from the one that is looked at.
 */
export function followArrivals(waitsFor: (arrival: Arrival) => boolean): {
	isAccepting: boolean;
} {
	const arrivals = getArrivals();
	const state = $state({ isAccepting: false });
	$effect(() => {
		const { started } = arrivals;
		if (started === null || state.isAccepting || !waitsFor(started)) return;
		if (document.visibilityState === 'visible')
			void goto(resolve('/meet/[id]', { id: started.meetingId }), { invalidateAll: true });
	});
	return state;
}
