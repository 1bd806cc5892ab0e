import { randomUUID } from 'node:crypto';
import { connect as connectTcp, createServer, type AddressInfo, type Socket } from 'node:net';
import { Redis } from 'ioredis';
import { afterAll, afterEach, expect, test } from 'vitest';
import { RATE_RULES } from '$lib/protocol/rate-rules';
import { SILENT } from '$lib/server/log';
import { createRateLimits, createRedisRateLimits } from './rate-limits';
import { rateLimitsContract } from './rate-limits.contract';
import { openRedis } from './redis-connection';

const url = process.env.TEST_REDIS_URL ?? '';
if (url === '') throw new Error('TEST_REDIS_URL is missing: these tests need a Redis of their own');

const bare = new Redis(url);
afterAll(() => bare.disconnect());

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
	for (const thing of opened.splice(0).reverse()) await thing.close();
});

rateLimitsContract('in Redis', {
	async open() {
		const prefix = `${randomUUID()}:`;
		return { here: await openUp(prefix), there: await openUp(prefix) };
	},
});

test('every count has an end, and is kept under no handle or address', async () => {
	const prefix = `${randomUUID()}:`;
	const limits = await openUp(prefix);
	opened.push(limits);
	await limits.take('login_handle', 'ana_7');
	await limits.take('register', '192.0.2.7');
	const keys = await bare.keys(`${prefix}*`);
	expect(keys).toHaveLength(2);
	for (const key of keys) {
		expect(key).toMatch(/^[\w-]+:(login_handle|register):[\w-]{22}$/);
		const rule = key.includes('register') ? RATE_RULES.register : RATE_RULES.login_handle;
		const ttlS = await bare.ttl(key);
		expect(ttlS).toBeGreaterThan(rule.perS - 30);
		expect(ttlS).toBeLessThanOrEqual(rule.perS);
	}
});

test('while Redis is away from the start, this process counts', async () => {
	const limits = createRateLimits({ redisUrl: 'redis://127.0.0.1:1', log: SILENT });
	opened.push(limits);
	for (let taken = 0; taken < RATE_RULES.request.points; taken++)
		expect(await limits.take('request', 'ana')).toEqual({ ok: true });
	await limits.giveBack('request', 'ana');
	expect(await limits.take('request', 'ana')).toEqual({ ok: true });
	expect(await limits.take('request', 'ana')).toMatchObject({ ok: false });
});

test('a Redis that hangs keeps nobody waiting, and nobody out', async () => {
	const gate = await openGate();
	const limits = await openUp(`${randomUUID()}:`, gate.url);
	opened.push(limits);
	await limits.take('request', 'ana');
	gate.hold();
	const startedAtMs = performance.now();
	const verdicts = await Promise.all(
		Array.from({ length: RATE_RULES.request.points + 1 }, () => limits.take('request', 'ana')),
	);
	await limits.giveBack('request', 'ben');
	expect(performance.now() - startedAtMs).toBeLessThan(1_500);
	expect(verdicts.filter(({ ok }) => ok)).toHaveLength(RATE_RULES.request.points);
});

async function openUp(prefix: string, at = url) {
	const redis = openRedis(at, { component: 'limits', answerMaxMs: 500, log: SILENT });
	await expect.poll(() => redis.status, { interval: 5 }).toBe('ready');
	return createRedisRateLimits({ redis, log: SILENT, prefix });
}

/** A way to Redis on which everything can be made to stand still. */
async function openGate() {
	const sockets = new Set<Socket>();
	const { hostname, port } = new URL(url);
	const server = createServer((client) => {
		const upstream = connectTcp(Number(port), hostname);
		for (const socket of [client, upstream]) {
			sockets.add(socket);
			socket.on('error', () => socket.destroy());
		}
		client.pipe(upstream).pipe(client);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	opened.push({
		close: () =>
			new Promise((resolve) => {
				for (const socket of sockets) socket.destroy();
				server.close(() => resolve());
			}),
	});
	return {
		url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
		hold: () => sockets.forEach((socket) => socket.unpipe().pause()),
	};
}
