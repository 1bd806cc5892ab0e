import { createContext } from 'svelte';
import type { Inbox } from './inbox.svelte';

/**
 * The inbox of whoever is logged in, made by the root layout and handed down. A getter, since somebody
 * may log in or out while the layout stays; null for strangers.
 */
const [getInbox, setInbox] = createContext<() => Inbox | null>();
export { getInbox, setInbox };
