import { isId } from '$lib/protocol';

/** Where a page of a list ended: the instant and the id its rows are ordered by, newest first. */
export interface Cursor {
	readonly atMs: number;
	readonly id: string;
}

export const PAGE_ROWS = { usual: 20, max: 100 } as const;

/** The end of the year 9999: later ones are written in a way that the database does not read. */
const LAST_INSTANT_MS = 253_402_300_799_999;

/** Opaque to clients, so that the order of a list may change without them. */
export function encodeCursor(atMs: number, id: string): string {
	return Buffer.from(`${atMs}.${id}`).toString('base64url');
}

/** Null for everything that `encodeCursor` did not make. Never throws. */
export function decodeCursor(text: string): Cursor | null {
	if (!/^[\w-]{1,100}$/.test(text)) return null;
	const written = Buffer.from(text, 'base64url').toString();
	const [, at, id] = /^(\d{1,16})\.(.+)$/.exec(written) ?? [];
	const atMs = Number(at);
	if (id === undefined || !(atMs <= LAST_INSTANT_MS) || !isId(id)) return null;
	return { atMs, id };
}

/** How many rows a page has: what was wished for, within reason. */
export function pageRows(limit: number | undefined): number {
	const wished = Number.isFinite(limit) ? Math.trunc(limit ?? 0) : PAGE_ROWS.usual;
	return Math.max(1, Math.min(PAGE_ROWS.max, wished));
}

/** One page of rows of which one more than fits was asked for. */
export function pageOf<T>(
	rows: readonly T[],
	limit: number,
	cursorOf: (row: T) => string,
): { readonly rows: readonly T[]; readonly nextCursor: string | null } {
	const shown = rows.slice(0, limit);
	const last = shown.at(-1);
	return { rows: shown, nextCursor: last && rows.length > limit ? cursorOf(last) : null };
}
