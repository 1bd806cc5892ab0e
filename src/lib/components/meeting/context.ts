import { createContext } from 'svelte';
import type { LiveView } from '$lib/client/live-view';

/** What every part of the live page may read. Made by the page, handed down. */
export interface Live {
	/** The running meeting. A getter, so that it may be read reactively. */
	readonly view: LiveView;
	/** How this viewer writes times and numbers. */
	readonly locale: string;
	/** Says a sentence in the page's one live region. */
	say(sentence: string): void;
}

const [getLive, setLive] = createContext<Live>();
export { getLive, setLive };
