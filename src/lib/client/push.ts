import { browserPush, type PushEnv } from './push-env';

/** Whether this browser gets notices while no page of ours is open. */
export type PushState =
	/** The browser has none, or the page did not come by HTTPS. */
	| 'unsupported'
	/** The person said no: only the browser's own settings change that. */
	| 'denied'
	| 'off'
	| 'on';

/** `failed`: the push service of the browser, or our server, did not answer. Nothing is half on. */
export type PushChange = PushState | 'failed';

/** Vite's development server gives the worker out as it is written, in modules. */
const WORKER: RegistrationOptions = { type: import.meta.env.DEV ? 'module' : 'classic' };

/** What the server says to the person who is logged in. */
export interface PushStanding {
	/** Of this server, for the browser's push service. */
	readonly publicKey: string;
	/** Where it sends his notices. */
	readonly endpoints: readonly string[];
}

/**
 * A browser may still be subscribed for whoever was logged in before, or for nobody, as after a long
 * time: only what the server knows counts as on. Never throws, never asks.
 */
export async function pushState(
	{ endpoints }: Pick<PushStanding, 'endpoints'>,
	env: PushEnv = browserPush(),
): Promise<PushState> {
	if (env.isMissing) return 'unsupported';
	if (env.permission() === 'denied') return 'denied';
	if (env.permission() !== 'granted') return 'off';
	try {
		const subscription = await subscriptionOf(env);
		return subscription && endpoints.includes(subscription.endpoint) ? 'on' : 'off';
	} catch {
		return 'off'; // a browser that keeps nothing (private windows) refuses even the question
	}
}

/** Only from a tap: the browser asks here. Never throws. */
export async function turnOn(
	{ publicKey }: Pick<PushStanding, 'publicKey'>,
	env: PushEnv = browserPush(),
): Promise<PushChange> {
	if (env.isMissing) return 'unsupported';
	try {
		// First of all: Safari lets a page ask only while the tap is fresh.
		const permission = await env.requestPermission();
		if (permission !== 'granted') return permission === 'denied' ? 'denied' : 'off';
		await env.serviceWorker.register('/service-worker.js', WORKER);
		const { pushManager } = await env.serviceWorker.ready;
		const subscription = await subscribe(pushManager, publicKey);
		if (await tell(env, 'POST', subscription.toJSON())) return 'on';
		// Nobody would ever send there, and the switch must not say so.
		await subscription.unsubscribe();
		return 'failed';
	} catch {
		return 'failed';
	}
}

/** Never throws. A server that can't be reached learns it at its next notice. */
export async function turnOff(env: PushEnv = browserPush()): Promise<PushChange> {
	if (env.isMissing) return 'unsupported';
	try {
		const subscription = await subscriptionOf(env);
		if (!subscription) return await pushState({ endpoints: [] }, env);
		const { endpoint } = subscription;
		const isGone = await subscription.unsubscribe();
		await tell(env, 'DELETE', { endpoint });
		return isGone ? 'off' : 'failed';
	} catch {
		return 'failed';
	}
}

async function subscriptionOf({ serviceWorker }: PushEnv): Promise<PushSubscription | null> {
	const registration = await serviceWorker.getRegistration('/');
	return (await registration?.pushManager.getSubscription()) ?? null;
}

async function subscribe(
	pushManager: Pick<PushManager, 'subscribe' | 'getSubscription'>,
	publicKey: string,
): Promise<PushSubscription> {
	const wish = { userVisibleOnly: true, applicationServerKey: publicKey };
	try {
		return await pushManager.subscribe(wish);
	} catch (error) {
		// The server has other keys than when this browser was subscribed: its notices would be refused.
		const old = await pushManager.getSubscription();
		if (!old) throw error;
		await old.unsubscribe();
		return pushManager.subscribe(wish);
	}
}

async function tell(env: PushEnv, method: 'POST' | 'DELETE', body: unknown): Promise<boolean> {
	try {
		const { ok } = await env.fetch('/api/v1/push/subscriptions', {
			method,
			headers: { accept: 'application/json', 'content-type': 'application/json' },
			credentials: 'same-origin',
			body: JSON.stringify(body),
			signal: AbortSignal.timeout(10_000),
		});
		return ok;
	} catch {
		return false; // no network, no server, or no answer in time
	}
}
