export interface Fragment {
	/** The invite's secret, null where there is none. */
	readonly secret: string | null;
	readonly wantsDemo: boolean;
}

/** Reads what "Meet someone" put behind the address of a new meeting: `#<secret>` or `#<secret>&demo`. */
export function readFragment(hash: string): Fragment {
	const [secret = '', ...flags] = hash.replace(/^#/, '').split('&');
	return {
		// Anchors of the page itself ("#panel") are no secrets: those are 43 characters long.
		secret: /^[\w-]{40,200}$/.test(secret) ? secret : null,
		wantsDemo: flags.includes('demo'),
	};
}
