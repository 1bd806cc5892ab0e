import type { Auth } from '$lib/server/auth/auth';
import type { Heard } from '$lib/server/bus';
import type { GatewayDeps } from './deps';
import type { Caller } from './upgrade';

/** A login of ours may be prolonged, and may go without a word: it is looked at again so often. */
const LOOK_EVERY_MS = 60 * 60_000;

/**
 * Calls `onOver` once, when the login by which a socket came in is no longer good; the answer ends the
 * watch. A token of an outside issuer says itself when that is, and nobody needs to be asked.
 */
export function watchLogin(
	{ auth, now, log }: Pick<GatewayDeps, 'now' | 'log'> & { readonly auth: Pick<Auth, 'validate'> },
	{ login, token }: Caller,
	onOver: () => void,
): () => void {
	let endsAtMs = login.expiresAtMs;
	let timer = wait();
	let isStopped = false;
	return () => {
		isStopped = true;
		clearTimeout(timer);
	};

	function wait(): NodeJS.Timeout {
		const restMs = Math.max(0, Math.min(endsAtMs - now(), LOOK_EVERY_MS));
		return setTimeout(() => void look(), restMs).unref();
	}

	async function look(): Promise<void> {
		const isGood = login.isExternal ? now() < endsAtMs : await isStillGood();
		if (isStopped) return;
		if (isGood) timer = wait();
		else onOver();
	}

	async function isStillGood(): Promise<boolean> {
		try {
			const current = await auth.validate(token);
			endsAtMs = current?.expiresAtMs ?? endsAtMs;
			return current?.personId === login.personId;
		} catch (error) {
			// Mostly the database is away, which says nothing about the login.
			log.warn({ component: 'login', error }, 'gateway_lookup_failed');
			endsAtMs = now() + LOOK_EVERY_MS;
			return true;
		}
	}
}

/** Whether an event on the person's channel ends sockets of this login. */
export function endsLogin(event: Heard, loginId: string): boolean {
	if (event.kind === 'person_deleted') return true;
	return event.kind === 'login_revoked' && event.loginId === loginId;
}
