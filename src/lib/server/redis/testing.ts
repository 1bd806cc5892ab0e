import { expect } from 'vitest';
import { SILENT } from '$lib/server/log';
import { openRedisLink, type RedisLink } from './link';

/** The Redis of the tests. Throws where there is none: these tests are never skipped. */
export function testRedisUrl(name: 'TEST_REDIS_URL' | 'TEST_REDIS_CLUSTER_URL' = 'TEST_REDIS_URL') {
	const url = process.env[name] ?? '';
	if (url === '') throw new Error(`${name} is missing: these tests need a Redis of their own`);
	return url;
}

export function testLink(url = testRedisUrl()): RedisLink {
	return openRedisLink({ url, log: SILENT });
}

export function testClusterLink(): RedisLink {
	const url = testRedisUrl('TEST_REDIS_CLUSTER_URL');
	return openRedisLink({ url, isCluster: true, log: SILENT });
}

export async function isUp(...links: readonly { isUp(): boolean }[]): Promise<void> {
	const all = () => links.every((link) => link.isUp());
	await expect.poll(all, { interval: 5, timeout: 15_000 }).toBe(true);
}
