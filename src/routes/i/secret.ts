/** The part of `sessionStorage` that is needed here; a browser may refuse any of it. */
export interface Pocket {
	getItem(key: string): string | null;
	setItem(key: string, value: string): void;
	removeItem(key: string): void;
}

const KEY = 'meetup.invite-secret';

/**
 * The secret of the address's fragment, kept in this tab so that a reload after the address was
 * cleaned still works. Null where there never was one.
 */
export function takeSecret(hash: string, pocket: Pocket): string | null {
	const secret = hash.replace(/^#/, '').trim();
	if (secret === '') return pocket.getItem(KEY);
	pocket.setItem(KEY, secret);
	return secret;
}

/** Once joined, the link is spent. */
export function dropSecret(pocket: Pocket): void {
	pocket.removeItem(KEY);
}

/** A tab's storage; where the browser refuses it, a reload needs the link again. */
export function tabPocket(): Pocket {
	try {
		return window.sessionStorage;
	} catch {
		return { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };
	}
}
