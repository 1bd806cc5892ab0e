export interface Seat {
	readonly session: string;
	/** Empty: the cookie of this browser speaks. */
	readonly token: string;
}

/** Reads `#session=<id>&token=<login token>`, as `npm run seed` prints it; null where there is none. */
export function readSeat(hash: string): Seat | null {
	const said = new URLSearchParams(hash.replace(/^#/, ''));
	const session = said.get('session')?.trim() ?? '';
	return session === '' ? null : { session, token: said.get('token')?.trim() ?? '' };
}
