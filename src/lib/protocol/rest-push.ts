import { z } from 'zod';

/** Notices to browsers that are not open (Web Push). */

/** Where a browser's own push service takes notices for it. */
export const PushEndpoint = z.string().max(1_000).refine(isPushEndpoint, 'not an https address');
/** As `PushSubscription.toJSON()` of a browser gives it. */
export const SubscribeBody = z.object({
	endpoint: PushEndpoint,
	keys: z.object({
		// A point of P-256 and 16 bytes (RFC 8291), base64url: nothing can be sealed with anything else.
		p256dh: z.string().regex(/^[\w-]{87}=?$/),
		auth: z.string().regex(/^[\w-]{22}(==)?$/),
	}),
});
export const UnsubscribeBody = z.object({ endpoint: PushEndpoint });
export const PushKeyAnswer = z.object({ public_key: z.string() });

/**
 * Push services have names on the public net: no numbers, no names that only a home or a data centre
 * knows, since this server calls whatever it is told. Plain HTTP never leaves the machine: for tests
 * and for who tries things out.
 */
function isPushEndpoint(text: string): boolean {
	// A URL takes what no database can: it writes NUL and half characters in another way.
	if (/\p{Cc}/u.test(text) || !text.isWellFormed() || !URL.canParse(text)) return false;
	const { protocol, hostname, username, password } = new URL(text);
	if (username !== '' || password !== '') return false;
	if (protocol === 'https:') return isPublicName(hostname);
	return protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

function isPublicName(hostname: string): boolean {
	const isNumber = /^[\d.]+$/.test(hostname) || hostname.startsWith('[');
	const isInner = /(^|\.)(localhost|local|internal|lan|home\.arpa)\.?$/.test(hostname);
	return hostname.includes('.') && !isNumber && !isInner;
}
