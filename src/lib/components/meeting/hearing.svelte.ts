import { untrack } from 'svelte';
import type { LiveView } from '$lib/client/live-view';
import { changes, sceneOf } from './announce';

/** Watches a meeting and hands on the sentences for what changes. Called while a component is made. */
export function hear(
	view: () => LiveView,
	locale: () => string,
	say: (sentence: string) => void,
): void {
	let before = untrack(() => sceneOf(view()));
	$effect(() => {
		const after = sceneOf(view(), before);
		untrack(() => {
			for (const sentence of changes(before, after, view(), locale())) say(sentence);
		});
		before = after;
	});
}
