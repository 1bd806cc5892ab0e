import { describe, expect, test } from 'vitest';
import { pushState, turnOff, turnOn } from './push';
import type { PushEnv } from './push-env';
import { fakeFetch } from './testing';

const ADDRESS = { endpoint: 'https://push.example/1', keys: { p256dh: 'p', auth: 'a' } };
const KNOWN = { endpoints: ['https://push.example/other', ADDRESS.endpoint] };
const POST = 'POST push/subscriptions';
const DELETE = 'DELETE push/subscriptions';
const fine = () => new Response(null, { status: 204 });

/** A browser that takes notices; `wish` says where it differs. */
function fakePush(
	wish: {
		permission?: NotificationPermission;
		answer?: NotificationPermission;
		isMissing?: boolean;
		subscribedWith?: string;
		isBroken?: boolean;
	} = {},
) {
	const net = fakeFetch({ [POST]: fine, [DELETE]: fine });
	const done: string[] = [];
	let permission = wish.permission ?? 'default';
	let key = wish.subscribedWith ?? null;
	const subscription = {
		endpoint: ADDRESS.endpoint,
		toJSON: () => ADDRESS,
		unsubscribe: () => {
			done.push('unsubscribe');
			key = null;
			return Promise.resolve(true);
		},
	} as Partial<PushSubscription> as PushSubscription;
	const pushManager = {
		getSubscription: () => Promise.resolve(key === null ? null : subscription),
		subscribe: (options?: PushSubscriptionOptionsInit) => {
			const given = options?.applicationServerKey;
			const wanted = typeof given === 'string' ? given : '';
			if (wish.isBroken) return Promise.reject(new DOMException('no service', 'AbortError'));
			if (key !== null && key !== wanted)
				return Promise.reject(new DOMException('another key', 'InvalidStateError'));
			key = wanted;
			done.push(`subscribe ${wanted}`);
			return Promise.resolve(subscription);
		},
	};
	const env: PushEnv = {
		isMissing: wish.isMissing ?? false,
		permission: () => permission,
		requestPermission: () => {
			done.push('ask');
			permission = wish.answer ?? 'granted';
			return Promise.resolve(permission);
		},
		serviceWorker: {
			register: (url) => Promise.resolve(void done.push(`register ${url}`)),
			getRegistration: () => Promise.resolve({ pushManager }),
			ready: Promise.resolve({ pushManager }),
		},
		fetch: net.fetch,
	};
	return { env, net, done, bodies: () => net.calls.map(({ path, init }) => [path, init?.body]) };
}

describe('whether notices are on', () => {
	test.each([
		['a browser without them', { isMissing: true }, 'unsupported'],
		['a person who said no', { permission: 'denied', subscribedWith: 'k' }, 'denied'],
		['a person who was never asked', {}, 'off'],
		['a person who said yes, but not here', { permission: 'granted' }, 'off'],
		['a subscribed browser', { permission: 'granted', subscribedWith: 'k' }, 'on'],
	] as const)('%s', async (_name, wish, state) => {
		const { env, done } = fakePush(wish);
		expect(await pushState(KNOWN, env)).toBe(state);
		expect(done).toEqual([]);
	});

	test('a browser that is subscribed for somebody else, or for nobody, has them off', async () => {
		const { env } = fakePush({ permission: 'granted', subscribedWith: 'k' });
		expect(await pushState({ endpoints: ['https://push.example/other'] }, env)).toBe('off');
		expect(await pushState({ endpoints: [] }, env)).toBe('off');
	});

	test('a browser that does not even answer has them off', async () => {
		const { env } = fakePush({ permission: 'granted' });
		const getRegistration = () => Promise.reject(new DOMException('', 'SecurityError'));
		const shut = { ...env, serviceWorker: { ...env.serviceWorker, getRegistration } };
		expect(await pushState(KNOWN, shut)).toBe('off');
	});
});

describe('turning notices on', () => {
	test('asks first, then registers, subscribes and tells the server', async () => {
		const { env, done, bodies } = fakePush();
		expect(await turnOn({ publicKey: 'key' }, env)).toBe('on');
		expect(done).toEqual(['ask', 'register /service-worker.js', 'subscribe key']);
		expect(bodies()).toEqual([[POST, JSON.stringify(ADDRESS)]]);
		expect(await pushState(KNOWN, env)).toBe('on');
	});

	test.each([
		['denied', 'denied'],
		['default', 'off'],
	] as const)('an answer of %s leaves everything as it was', async (answer, state) => {
		const { env, done, net } = fakePush({ answer });
		expect(await turnOn({ publicKey: 'key' }, env)).toBe(state);
		expect(done).toEqual(['ask']);
		expect(net.calls).toEqual([]);
	});

	test('where the server has new keys the old subscription makes way', async () => {
		const { env, done } = fakePush({ subscribedWith: 'old' });
		expect(await turnOn({ publicKey: 'new' }, env)).toBe('on');
		expect(done.slice(2)).toEqual(['unsubscribe', 'subscribe new']);
	});

	test.each([
		['does not answer', null],
		['refuses', () => new Response(null, { status: 503 })],
	])('where our server %s nothing stays half on', async (_name, answer) => {
		const { env, net, done } = fakePush();
		if (answer) net.answers[POST] = answer;
		else delete net.answers[POST];
		expect(await turnOn({ publicKey: 'key' }, env)).toBe('failed');
		expect(done.at(-1)).toBe('unsubscribe');
		expect(await pushState(KNOWN, env)).toBe('off');
	});

	test('a push service that is away is no exception', async () => {
		const { env } = fakePush({ isBroken: true });
		expect(await turnOn({ publicKey: 'key' }, env)).toBe('failed');
	});

	test('without any it is unsupported', async () => {
		const { env, done } = fakePush({ isMissing: true });
		expect(await turnOn({ publicKey: 'key' }, env)).toBe('unsupported');
		expect(await turnOff(env)).toBe('unsupported');
		expect(done).toEqual([]);
	});
});

describe('turning notices off', () => {
	test('ends the subscription here and at the server', async () => {
		const { env, bodies } = fakePush({ permission: 'granted', subscribedWith: 'k' });
		expect(await turnOff(env)).toBe('off');
		expect(bodies()).toEqual([[DELETE, JSON.stringify({ endpoint: ADDRESS.endpoint })]]);
		expect(await pushState(KNOWN, env)).toBe('off');
	});

	test('works without the server: it learns it later', async () => {
		const { env, net } = fakePush({ permission: 'granted', subscribedWith: 'k' });
		delete net.answers[DELETE];
		expect(await turnOff(env)).toBe('off');
	});

	test('where nothing is on there is nothing to do', async () => {
		const { env, net } = fakePush();
		expect(await turnOff(env)).toBe('off');
		expect(net.calls).toEqual([]);
	});
});
