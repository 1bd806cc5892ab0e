import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, expect, test } from 'vitest';
import { openTcpProxy } from '../../../../tests/support/tcp-proxy';
import { SILENT } from '$lib/server/log';
import type { RedisLink } from '$lib/server/redis';
import { isUp, testLink, testRedisUrl } from '$lib/server/redis/testing';
import { EPHEMERAL_TTL_MS } from './ephemeral';
import { ephemeralContract, MEETING, sharedFixAt } from './ephemeral.contract';
import { createRedisEphemeral } from './redis';
import { ifLater } from './redis-values';

const links = [testLink(), testLink()] as const;
const bare = links[1].commands;
afterAll(() => Promise.all(links.map((link) => link.close())));

ephemeralContract('in Redis', {
	open(now) {
		const options = { now, log: SILENT, prefix: `${randomUUID()}:` };
		return {
			here: createRedisEphemeral({ ...options, link: links[0] }),
			there: createRedisEphemeral({ ...options, link: links[1] }),
		};
	},
});

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
	for (const memory of opened.splice(0)) await memory.close();
});

async function open(link: RedisLink = links[0]) {
	const prefix = `${randomUUID()}:`;
	const memory = createRedisEphemeral({ link, now: Date.now, log: SILENT, prefix });
	opened.push(memory);
	return { memory, key: (name: string) => `${prefix}{${MEETING}}:${name}` };
}

async function openUp() {
	const opening = await open();
	await expect.poll(() => opening.memory.isUp(), { interval: 5 }).toBe(true);
	return opening;
}

test('every key has an end, and all keys of a meeting lie in one slot', async () => {
	const { memory, key } = await openUp();
	memory.keepFix(MEETING, 'ana', sharedFixAt(Date.now()));
	await memory.pressHere(MEETING, 'ana', 'measured', Date.now());
	await memory.traces(MEETING);
	for (const name of ['traces', 'here']) {
		const ttlMs = await bare.pttl(key(name));
		expect(ttlMs).toBeGreaterThan(EPHEMERAL_TTL_MS - 10_000);
		expect(ttlMs).toBeLessThanOrEqual(EPHEMERAL_TTL_MS);
	}
	await memory.forget(MEETING);
	expect(await bare.exists(key('traces'), key('here'))).toBe(0);
	expect(await bare.pttl(key('gone'))).toBeGreaterThan(0);
});

test('how somebody shares outlives a Redis that lost it, as long as this instance knows', async () => {
	const { memory, key } = await openUp();
	const paused = { state: 'paused', sinceMs: 1, saidAtMs: 1 } as const;
	memory.keepSharing(MEETING, 'ana', paused);
	await memory.traces(MEETING);
	await bare.del(key('traces'));
	expect((await memory.traces(MEETING)).get('ana')?.sharing).toEqual(paused);
});

test('a fix that is written late does not take the place of a newer one from another server', async () => {
	const { memory, key } = await openUp();
	const atMs = Date.now();
	memory.keepFix(MEETING, 'ana', sharedFixAt(atMs, 52));
	memory.keepFix(MEETING, 'ana', sharedFixAt(atMs + 1, 53)); // waits for its second to be over
	await memory.traces(MEETING);
	const newer = sharedFixAt(atMs + 500, 54);
	await bare.hset(key('traces'), 'fix:ana', ifLater(newer, Date.parse(newer.server_time)));
	memory.letGo(MEETING);
	expect((await memory.traces(MEETING)).get('ana')?.fix?.lat).toBe(54);
});

test('a value that cannot be read counts as unknown', async () => {
	const { memory, key } = await openUp();
	await bare.hset(key('traces'), {
		'fix:ana': '{"lat":"x"}',
		'sharing:ana': '{',
		'other:ana': '1',
	});
	await bare.set(key('here'), 'nonsense');
	expect(await memory.traces(MEETING)).toEqual(
		new Map([['ana', { fix: null, sharing: null, routeMode: null, presence: null }]]),
	);
	expect(await memory.hereWindow(MEETING, 0)).toBeNull();
});

test('who left keeps no copy in this process: what he said is in Redis, and read from there', async () => {
	const proxy = await openTcpProxy(testRedisUrl());
	const link = testLink(proxy.url);
	opened.push(proxy, link);
	await isUp(link);
	const { memory } = await open(link);
	for (const lat of [52.5, 52.6]) memory.keepFix(MEETING, 'ana', sharedFixAt(Date.now(), lat));
	memory.letGo(MEETING);
	expect((await memory.traces(MEETING)).get('ana')?.fix?.lat).toBe(52.6);
	await proxy.cut();
	await expect.poll(() => memory.isUp(), { interval: 5, timeout: 15_000 }).toBe(false);
	expect((await memory.traces(MEETING)).size).toBe(0);
});

test('while Redis is away the own people go on', async () => {
	const link = testLink('redis://127.0.0.1:1');
	opened.push(link);
	const { memory } = await open(link);
	memory.keepFix(MEETING, 'ana', sharedFixAt(Date.now()));
	expect((await memory.traces(MEETING)).get('ana')?.fix).not.toBeNull();
	await memory.pressHere(MEETING, 'ana', 'measured', 0);
	expect((await memory.pressHere(MEETING, 'ben', 'measured', 1)).presses).toHaveLength(2);
	expect(memory.isUp()).toBe(false);
	await memory.forgetPerson(MEETING, 'ana');
	expect((await memory.traces(MEETING)).size).toBe(0);
	expect(await memory.hereWindow(MEETING, 1)).toBeNull();
	await memory.forget(MEETING);
});
