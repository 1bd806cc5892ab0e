import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, expect, test } from 'vitest';
import { openTcpProxy } from '../../../../tests/support/tcp-proxy';
import { RATE_RULES } from '$lib/protocol/rate-rules';
import { SILENT } from '$lib/server/log';
import { isUp, testLink, testRedisUrl } from '$lib/server/redis/testing';
import { createRateLimits, createRedisRateLimits } from './rate-limits';
import { rateLimitsContract } from './rate-limits.contract';

const shared = testLink();
const bare = shared.commands as Redis;
afterAll(() => shared.close());

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
	const link = testLink('redis://127.0.0.1:1');
	opened.push(link);
	const limits = createRateLimits({ link, log: SILENT });
	for (let taken = 0; taken < RATE_RULES.request.points; taken++)
		expect(await limits.take('request', 'ana')).toEqual({ ok: true });
	await limits.giveBack('request', 'ana');
	expect(await limits.take('request', 'ana')).toEqual({ ok: true });
	expect(await limits.take('request', 'ana')).toMatchObject({ ok: false });
});

test('a Redis that hangs keeps nobody waiting, and nobody out', async () => {
	const proxy = await openTcpProxy(testRedisUrl());
	opened.push(proxy);
	const limits = await openUp(`${randomUUID()}:`, proxy.url);
	await limits.take('request', 'ana');
	await proxy.hang();
	const verdicts = await Promise.all(
		Array.from({ length: RATE_RULES.request.points + 1 }, () => limits.take('request', 'ana')),
	);
	await limits.giveBack('request', 'ben');
	expect(verdicts.filter(({ ok }) => ok)).toHaveLength(RATE_RULES.request.points);
});

async function openUp(prefix: string, at?: string) {
	const link = testLink(at);
	opened.push(link);
	await isUp(link);
	return createRedisRateLimits({ redis: link.commands, log: SILENT, prefix });
}
