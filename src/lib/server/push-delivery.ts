import webpush, { type RequestDetails } from 'web-push';
import type { PushAddress } from './push';
import type { VapidKeys } from './push-keys';

export type Delivered =
	| { readonly outcome: 'taken' }
	/** Nobody will ever get anything there. */
	| { readonly outcome: 'gone' }
	/** `status` is null where nobody answered in time. */
	| { readonly outcome: 'failed'; readonly status: number | null };

export interface DeliveryDeps {
	readonly keys: VapidKeys;
	/** Where this server is reached, if it is known. */
	readonly origin?: string | undefined;
	readonly timeoutMs?: number;
}

/** A question whether to meet is worth nothing after its ten minutes. */
const TTL_S = 600;
/** Of RFC 2606: can't be anybody's. */
const NOBODYS_ORIGIN = 'https://meetup.invalid';

/** Gives one notice to one browser's push service (RFC 8030, encrypted by RFC 8291). Never throws. */
export function createDelivery({ keys, origin, timeoutMs = 10_000 }: DeliveryDeps) {
	const isPublic = origin?.startsWith('https:') === true;
	// Push services want somebody they could write to; without an address of ours that is nobody, for
	// a self-hoster's e-mail address is none of their business. Apple refuses `localhost` and plain HTTP.
	const vapidDetails = { ...keys, subject: isPublic ? origin : NOBODYS_ORIGIN };

	return async function deliver(to: PushAddress, text: string): Promise<Delivered> {
		// Whoever may name an address may not make a server in the world talk to its own machine.
		if (isPublic && !to.endpoint.startsWith('https:')) return { outcome: 'gone' };
		let details: RequestDetails & { body: Buffer };
		try {
			const wish = { vapidDetails, TTL: TTL_S, urgency: 'high' } as const;
			details = webpush.generateRequestDetails(to, text, wish);
		} catch {
			return { outcome: 'gone' }; // keys of no browser: nothing can ever be sealed with them
		}
		try {
			const response = await fetch(to.endpoint, {
				method: 'POST',
				headers: headersOf(details),
				body: new Uint8Array(details.body),
				// Whoever gave the address may not send us on to another one.
				redirect: 'manual',
				signal: AbortSignal.timeout(timeoutMs),
			});
			await response.body?.cancel();
			if (response.ok) return { outcome: 'taken' };
			const isGone = response.status === 404 || response.status === 410;
			return isGone ? { outcome: 'gone' } : { outcome: 'failed', status: response.status };
		} catch {
			return { outcome: 'failed', status: null }; // the words of the error would name the address
		}
	};
}
export type Deliver = ReturnType<typeof createDelivery>;

/** `fetch` counts the bytes itself. */
function headersOf({ headers }: RequestDetails): Record<string, string> {
	return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'Content-Length'));
}
