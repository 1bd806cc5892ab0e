import { z } from 'zod';

/** Notices to browsers that are not open (Web Push). */

/** Where a browser's own push service takes notices for it. */
export const PushEndpoint = z.string().max(1_000).refine(isPushEndpoint, 'not an https address');
/** As `PushSubscription.toJSON()` of a browser gives it. */
export const SubscribeBody = z.object({
	endpoint: PushEndpoint,
	keys: z.object({
		p256dh: z
			.string()
			.max(200)
			.regex(/^[\w-]+={0,2}$/),
		auth: z
			.string()
			.max(100)
			.regex(/^[\w-]+={0,2}$/),
	}),
});
export const UnsubscribeBody = z.object({ endpoint: PushEndpoint });
export const PushKeyAnswer = z.object({ public_key: z.string() });

/** Plain HTTP never leaves the machine: for tests and for who tries things out. */
function isPushEndpoint(text: string): boolean {
	if (!URL.canParse(text)) return false;
	const { protocol, hostname, username, password } = new URL(text);
	if (username !== '' || password !== '') return false;
	if (protocol === 'https:') return true;
	return protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}
