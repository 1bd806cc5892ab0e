import { createContext } from 'svelte';

/** Who is on the page: what its navigation leads to. */
export interface Navigation {
	/** Null for strangers; unknown while the server can't look it up. */
	readonly kind: 'account' | 'guest' | 'unknown' | null;
	/** The path of the page that is shown. */
	readonly path: string;
	/** Requests that wait for his answer. */
	readonly openCount: number;
}

const [getNavigation, setNavigation] = createContext<Navigation>();
export { getNavigation, setNavigation };

/** Whether the page belongs to what the link leads to: its own page or one below it. */
export function isWithin(path: string, link: string): boolean {
	return link === '/' ? path === '/' : path === link || path.startsWith(`${link}/`);
}
