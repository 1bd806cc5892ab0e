/**
 * The second line behind the list of allowed fields: whatever text is logged (mostly of errors, which
 * like to quote what they choked on) loses everything that may be a place, a secret or an address.
 */

/** Keys whose values never reach a log, wherever they stand. */
const PRIVATE_KEY =
	/^(lat|lon|lng|long|latitude|longitude|coord|coords|coordinates|position|location|locations|fix|fixes|geo|geometry|destination|place|token|secret|password|cookie|cookies|set-cookie|authorization|x-invite-token|query|search|params|body|payload|url|href|email)$/i;

const REMOVED = '[removed]';

/** A copy without private keys, its texts scrubbed and its numbers whole. Never throws. */
export function scrub(value: unknown, depth = 0): unknown {
	if (typeof value === 'string') return scrubText(value);
	// No id or count of ours has a fraction, and a coordinate without one is a hundred kilometres wide.
	if (typeof value === 'number') return Math.round(value);
	if (typeof value === 'boolean' || value === null || value === undefined) return value;
	if (value instanceof Error) return scrubError(value);
	if (typeof value !== 'object' || depth > 3) return REMOVED;
	// Two numbers in a row are how the world writes a position.
	if (Array.isArray(value))
		return value.some((item) => typeof item === 'number')
			? REMOVED
			: value.map((item) => scrub(item, depth + 1));
	return Object.fromEntries(
		Object.entries(value)
			.filter(([key]) => !PRIVATE_KEY.test(key))
			.map(([key, item]) => [scrubText(key), scrub(item, depth + 1)]),
	);
}

export interface LoggedError {
	readonly type: string;
	readonly message: string;
	readonly code?: string;
	readonly stack?: string;
	/** Type and code of what caused it: enough to tell "database away" from "constraint". */
	readonly cause?: string;
}

export function scrubError(error: unknown): LoggedError {
	if (!(error instanceof Error))
		return { type: typeof error, message: 'something else was thrown' };
	const code = codeOf(error);
	const cause = error.cause instanceof Error ? error.cause : undefined;
	const causeCode = cause && codeOf(cause);
	return {
		type: scrubText(error.name),
		message: scrubText(error.message),
		...(code !== undefined && { code }),
		...(error.stack !== undefined && { stack: scrubText(error.stack) }),
		...(cause && { cause: [scrubText(cause.name), causeCode].filter(Boolean).join(' ') }),
	};
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** In order: what spans most is removed first. */
const PRIVATE_TEXT: readonly (readonly [RegExp, string | ((found: string) => string)])[] = [
	// The database layer quotes a failed query with everything that was to be written.
	[/\bparams: .*(?:\n(?!\s+at ).*)*/g, `params: ${REMOVED}`],
	[/:\/\/[^\s/@]*@/g, `://${REMOVED}@`],
	// Queries and fragments, but not `a?.b` of an error about code.
	[/(?<=[\w/])[?#](?!\.)[^\s"'<>)]+/g, `?${REMOVED}`],
	[/\b(?:bearer|basic)\s+[^\s"',]+/gi, REMOVED],
	[
		/\b(lat|lon|lng|latitude|longitude|token|secret|password|cookie|authorization)\b["']?\s*[:=]\s*["']?[^\s"',;})]+/gi,
		`$1=${REMOVED}`,
	],
	[/\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?/g, REMOVED],
	[/[\w.+-]+@[\w-]+\.[\w.-]+/g, REMOVED],
	// 32 random bytes are 43 characters in base64url and 64 in hex; a UUID has 36.
	[/[\w-]{37,}/g, REMOVED],
	[/[\w-]{32,36}/g, (found) => (UUID.test(found) ? found : REMOVED)],
	// 52.52, 13.40 · POINT(13.40 52.52)
	[/-?\d{1,3}\.\d+["']?\s*[,;/\s]\s*["']?-?\d{1,3}\.\d+/g, REMOVED],
	// 52.520008 alone, in the spelling of either half of the world; but not 192.168.1.20.
	[/(?<!\d|\d\.)-?\d{1,3}\.\d{3,}(?!\.?\d)/g, REMOVED],
	[/(?<!\d|\d,)-?\d{1,3},\d{4,}/g, REMOVED],
];

export function scrubText(text: string): string {
	return PRIVATE_TEXT.reduce(
		(scrubbed, [pattern, instead]) =>
			typeof instead === 'string'
				? scrubbed.replace(pattern, instead)
				: scrubbed.replace(pattern, instead),
		text.slice(0, 8_000),
	);
}

function codeOf(error: Error): string | undefined {
	if (!('code' in error)) return undefined;
	const { code } = error;
	return typeof code === 'string' || typeof code === 'number' ? scrubText(String(code)) : undefined;
}
