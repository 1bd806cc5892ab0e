import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { openTcpProxy } from '../../../../tests/support/tcp-proxy';
import { SILENT } from '$lib/server/log';
import { isUp, testLink, testRedisUrl } from '$lib/server/redis/testing';
import { MEETING, sharedFixAt } from './ephemeral.contract';
import { createRedisEphemeral } from './redis';
import { ifLater } from './redis-values';

/** Redis is away in either way, and what becomes of what was said meanwhile. */

const bare = testLink();
afterAll(() => bare.close());
const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
	for (const thing of opened.splice(0).reverse()) await thing.close();
});

async function open() {
	const proxy = await openTcpProxy(testRedisUrl());
	const link = testLink(proxy.url);
	const prefix = `${randomUUID()}:`;
	const memory = createRedisEphemeral({ link, now: Date.now, log: SILENT, prefix });
	opened.push(proxy, link, memory);
	await isUp(link, bare);
	const key = (meetingId = MEETING) => `${prefix}{${meetingId}}:traces`;
	return { proxy, link, memory, key, there: bare.commands };
}

type Stage = Awaited<ReturnType<typeof open>>;

async function isAway({ link }: Stage): Promise<void> {
	await expect.poll(() => link.isUp(), { interval: 20, timeout: 10_000 }).toBe(false);
}

async function inRedis({ there, key }: Stage, field: string): Promise<unknown> {
	const json = await there.hget(key(), field);
	return json === null ? null : JSON.parse(json.slice(json.indexOf(' ') + 1));
}

test('while Redis hangs little is written to it, and nobody waits for long', async () => {
	const stage = await open();
	const { proxy, link, memory } = stage;
	await proxy.hang();
	const write = vi.spyOn(link.commands, 'keepTraces');
	// What leaves together calls it once more by itself.
	const written = () => write.mock.contexts.filter((by) => by === link.commands).length;
	const atMs = Date.now();
	for (let turn = 0; turn < 60; turn++) {
		for (let count = 0; count < 1_000; count++) {
			memory.keepSharing(`${turn}-${count}`, 'ana', { state: 'live', sinceMs: 0, saidAtMs: atMs });
			memory.keepFix(`${turn}-${count}`, 'ana', sharedFixAt(atMs));
		}
		await new Promise(setImmediate);
	}
	expect(written()).toBeLessThanOrEqual(20);
	// Each gives up by itself and goes on with what is known here.
	expect((await memory.traces('1-1')).get('ana')?.fix).toEqual(sharedFixAt(atMs));
	expect((await memory.pressHere('1-1', 'ana', 'measured', atMs)).presses).toHaveLength(1);
	expect((await memory.hereWindow('1-1', atMs))?.presses).toHaveLength(1);
	await memory.closeHere('1-1');
	await memory.forgetPerson('1-1', 'ana');
	await memory.forget('1-1');
	expect((await memory.traces('1-1')).size).toBe(0);
	expect(written()).toBeLessThanOrEqual(20);
	await isAway(stage);
	await proxy.heal();
	await expect
		.poll(async () => (await memory.traces('59-999')).get('ana')?.fix, { timeout: 20_000 })
		.toEqual(sharedFixAt(atMs));
	await expect.poll(() => stage.there.exists(stage.key('59-999')), { timeout: 20_000 }).toBe(1);
	expect(await stage.there.exists(stage.key('1-1'))).toBe(0);
});

for (const outage of ['cut', 'hang'] as const)
	test(`after an outage (${outage}) Redis gets what was said meanwhile, and keeps what is newer`, async () => {
		const stage = await open();
		const { proxy, memory, there, key } = stage;
		const atMs = Date.now();
		const online = { connectionId: 'c1', instanceId: 'i1', lastSeenAtMs: atMs };
		for (const person of ['ana', 'ben']) memory.keepPresence(MEETING, person, online);
		await memory.traces(MEETING);
		await proxy[outage]();
		await isAway(stage);
		const paused = { state: 'paused', sinceMs: atMs, saidAtMs: atMs } as const;
		memory.keepSharing(MEETING, 'ana', paused);
		memory.keepSharing(MEETING, 'ben', paused);
		memory.keepRouteMode(MEETING, 'ana', 'driving-car');
		memory.keepFix(MEETING, 'ana', sharedFixAt(atMs, 53));
		memory.keepFix(MEETING, 'ben', sharedFixAt(atMs, 53));
		memory.keepPresence(MEETING, 'ana', { ...online, connectionId: null, instanceId: null });
		// Ben is on another server meanwhile.
		const live = { state: 'live', sinceMs: atMs + 1, saidAtMs: atMs + 1 };
		const elsewhere = { connectionId: 'c2', instanceId: 'i2', lastSeenAtMs: atMs + 1 };
		await there.hset(key(), {
			'sharing:ben': ifLater(live, live.saidAtMs),
			'fix:ben': ifLater(sharedFixAt(atMs + 1, 54), atMs + 1),
			'presence:ben': ifLater(elsewhere, elsewhere.lastSeenAtMs),
		});
		memory.letGo(MEETING);
		await proxy.heal();
		await expect
			.poll(() => inRedis(stage, 'presence:ana'), { timeout: 15_000 })
			.toMatchObject({ connectionId: null });
		expect(await inRedis(stage, 'sharing:ana')).toEqual(paused);
		expect(await inRedis(stage, 'mode:ana')).toMatchObject({ mode: 'driving-car' });
		expect(await inRedis(stage, 'fix:ana')).toEqual(sharedFixAt(atMs, 53));
		expect(await inRedis(stage, 'sharing:ben')).toEqual(live);
		expect(await inRedis(stage, 'fix:ben')).toEqual(sharedFixAt(atMs + 1, 54));
		expect(await inRedis(stage, 'presence:ben')).toEqual(elsewhere);
		// Nobody is here any more: no copy stays.
		await proxy.cut();
		await isAway(stage);
		expect((await memory.traces(MEETING)).size).toBe(0);
	});

test('more than ten thousand meetings that ended while Redis was away are forgotten there', async () => {
	const stage = await open();
	const { proxy, memory, there, key } = stage;
	const ids = Array.from({ length: 12_000 }, (_, count) => `ended-${count}`);
	const fix = JSON.stringify(sharedFixAt(Date.now()));
	await Promise.all(ids.map((id) => there.hset(key(id), 'fix:ana', fix)));
	await proxy.cut();
	await isAway(stage);
	for (const id of ids) await memory.forget(id);
	await proxy.heal();
	const left = async () => {
		const exist = await Promise.all(ids.map((id) => there.exists(key(id))));
		return exist.filter((count) => count > 0).length;
	};
	await expect.poll(left, { interval: 250, timeout: 20_000 }).toBe(0);
});

test('the last fix is written when its person leaves, and when the process ends', async () => {
	const stage = await open();
	const { memory } = stage;
	const atMs = Date.now();
	for (const person of ['ana', 'ben'])
		for (const lat of [51, 52]) memory.keepFix(MEETING, person, sharedFixAt(atMs, lat));
	memory.flush(MEETING, 'ana');
	memory.flush(MEETING, 'nobody');
	await memory.traces(MEETING);
	expect(await inRedis(stage, 'fix:ana')).toEqual(sharedFixAt(atMs, 52));
	expect(await inRedis(stage, 'fix:ben')).toEqual(sharedFixAt(atMs, 51));
	await stage.there.script('FLUSH'); // as after a restart of Redis: the first write takes two trips
	await memory.close();
	expect(await inRedis(stage, 'fix:ben')).toEqual(sharedFixAt(atMs, 52));
});

test('nothing that waits is written of who was removed, or of a meeting that ended', async () => {
	const stage = await open();
	const { memory, there, key } = stage;
	for (const lat of [51, 52]) memory.keepFix(MEETING, 'ana', sharedFixAt(Date.now(), lat));
	await memory.forgetPerson(MEETING, 'ana');
	memory.flush(MEETING, 'ana');
	for (const lat of [51, 52]) memory.keepFix('ended', 'ana', sharedFixAt(Date.now(), lat));
	await memory.forget('ended');
	memory.flush('ended', 'ana');
	memory.letGo('ended');
	await memory.close();
	expect(await inRedis(stage, 'fix:ana')).toBeNull();
	expect(await there.exists(key('ended'))).toBe(0);
});
