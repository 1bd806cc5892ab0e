import type { Cancel } from './time';

export type PageEvent =
	| 'visible'
	| 'hidden'
	| 'focus'
	| 'online'
	| 'offline'
	| 'pagehide'
	| 'pageshow'
	/** A tap or a key: for a moment browsers allow what they refuse an untouched page. */
	| 'touched';

/** What happens to the page as a whole. Listeners are called in the order in which they came. */
export interface PageLife {
	isVisible(): boolean;
	/** False only where the device itself says that it has no network. */
	isOnline(): boolean;
	listen(listener: (event: PageEvent) => void): Cancel;
}

/** For Node: always there, always online. */
export const NO_PAGE: PageLife = {
	isVisible: () => true,
	isOnline: () => true,
	listen: () => () => undefined,
};

export function browserPage(): PageLife {
	return {
		isVisible: () => document.visibilityState === 'visible',
		isOnline: () => navigator.onLine,
		listen(listener) {
			const controller = new AbortController();
			const { signal } = controller;
			const tell = (event: PageEvent) => () => listener(event);
			document.addEventListener(
				'visibilitychange',
				() => listener(document.visibilityState === 'visible' ? 'visible' : 'hidden'),
				{ signal },
			);
			for (const event of ['focus', 'online', 'offline', 'pagehide'] as const)
				window.addEventListener(event, tell(event), { signal });
			for (const type of ['pointerup', 'keydown'])
				window.addEventListener(type, tell('touched'), { signal, capture: true, passive: true });
			// The first pageshow of a page belongs to its loading: only a return counts.
			window.addEventListener('pageshow', (e) => e.persisted && listener('pageshow'), { signal });
			return () => controller.abort();
		},
	};
}

/** What a page's life means for a connection. */
export interface FollowsPage {
	/** Asks for a sign of life at once, or tries again at once if the connection is lost. */
	check(): void;
	/** Closes, to be opened again by `wake`: an open socket keeps a page out of the bfcache. */
	sleep(): void;
	wake(): void;
}

export function followPage(connection: FollowsPage, page: PageLife): Cancel {
	return page.listen((event) => {
		if (event === 'pagehide') connection.sleep();
		else if (event === 'pageshow') connection.wake();
		// On `offline` too: where the network is really gone the badge must not say "live" for long.
		else if (event === 'visible' || event === 'online' || event === 'offline') connection.check();
	});
}
