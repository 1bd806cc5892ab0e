/** The token of `Authorization: Bearer …`; null for every other scheme, which is not ours to judge. */
export function bearerToken(header: string | null): string | null {
	return /^bearer +(\S+) *$/i.exec(header ?? '')?.[1] ?? null;
}

/**
 * The first cookie of that name. Never throws: our values need no decoding, and a stranger's broken
 * percent signs in another cookie must not lock anybody out.
 */
export function readCookie(header: string | null, name: string): string | null {
	for (const pair of header?.split(';') ?? []) {
		const equals = pair.indexOf('=');
		if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
	}
	return null;
}
