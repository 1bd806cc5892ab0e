import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { getApp } from '$lib/server/app';
import { upgradePort } from '$lib/server/upgrade-port';

/** What was asked to close, in order; the parts in `failing` refuse to. */
const { closed, failing, part } = vi.hoisted(() => {
	const closed: string[] = [];
	const failing = new Set<string>();
	const part = (name: string) => async () => {
		closed.push(name);
		if (failing.has(name)) throw new Error(`the ${name} does not close`);
	};
	return { closed, failing, part };
});

vi.mock('$lib/server/worker', () => ({ startWorker: () => ({ stop: part('worker') }) }));
vi.mock('$lib/server/gateway', () => ({ createGateway: () => ({ close: part('gateway') }) }));
vi.mock('$lib/server/bus', () => ({ createBus: () => ({ close: part('bus') }) }));
vi.mock('$lib/server/ephemeral', () => ({
	createEphemeral: () => ({ close: part('ephemeral') }),
}));
vi.mock('$lib/server/ephemeral/rate-limits', () => ({ createRateLimits: () => ({}) }));
vi.mock('$lib/server/redis', () => ({ openRedisLink: () => ({ close: part('redis') }) }));
vi.mock('$lib/server/push', () => ({
	createPush: async () => {
		if (failing.has('vapid.json')) throw new Error('vapid.json is damaged');
		return { close: part('push') };
	},
}));
vi.mock('$lib/server/auth', () => ({ createAuth: () => ({}) }));
vi.mock('$lib/server/db', () => ({
	openDatabase: async () => ({ db: {}, close: part('database') }),
	isDatabaseAway: () => false,
}));

const ALL = ['worker', 'gateway', 'push', 'bus', 'ephemeral', 'redis', 'database'];

beforeEach(() => {
	closed.length = 0;
	failing.clear();
	vi.stubEnv('REDIS_URL', 'redis://127.0.0.1:6379');
});
afterEach(() => vi.unstubAllEnvs());

test('the app closes in order, the database last', async () => {
	await getApp();
	await upgradePort()?.close();
	expect(closed).toEqual(ALL);
});

test.each(ALL)('where the %s does not close, everything else does all the same', async (name) => {
	const app = await getApp();
	failing.add(name);
	await expect(upgradePort()?.close()).rejects.toThrow(`the ${name} does not close`);
	expect(closed).toEqual(ALL);
	expect(await getApp()).not.toBe(app);
	failing.clear();
	await upgradePort()?.close();
});

test('of several failures the first one is told', async () => {
	await getApp();
	for (const name of ['database', 'gateway']) failing.add(name);
	await expect(upgradePort()?.close()).rejects.toThrow('the gateway does not close');
});

test('where the keys of the notices are damaged, the database is not left open', async () => {
	failing.add('vapid.json');
	await expect(getApp()).rejects.toThrow('vapid.json is damaged');
	expect(closed).toEqual(['database']);
});
