import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { instant, WIRE_LIMITS } from '$lib/protocol';
import { personChannel, type BusEvent } from '$lib/server/bus';
import { T0, TestWorld, type TestInstance, type TestPerson } from './testing';

/** What a client may say to an inbox, and how one ends; what it hears is in `inbox.test.ts`. */

const NEWS: BusEvent = {
	kind: 'news',
	news: {
		type: 'session_ended',
		payload: { session_id: 'a', reason: 'USER_ACTION', ended_at: instant(T0) },
	},
};

let world: TestWorld;
let one: TestInstance;
let two: TestInstance;
let ana: TestPerson;
let ben: TestPerson;
beforeEach(async () => {
	world = new TestWorld();
	one = await world.open();
	two = await world.open();
	ana = world.addPerson('Ana');
	ben = world.addPerson('Ben');
});
afterEach(() => world.close());

describe('what a client says', () => {
	const ping = JSON.stringify({ type: 'ping', payload: {} });

	test('I5 ping is answered with pong', async () => {
		const anas = one.inbox(ana);
		await anas.next('welcome');
		anas.say('ping', { client_ts_ms: 7 });
		expect(await anas.next('pong')).toEqual({ client_ts_ms: 7, server_time: instant(T0) });
		anas.raw(ping);
		expect((await anas.next('pong')).client_ts_ms).toBeNull();
	});

	test('I5 everything else is passed over, without a word', async () => {
		const anas = one.inbox(ana);
		await anas.next('welcome');
		for (const frame of ['{', '[]', '{"type":"teleport"}', '{"type":"im_here"}', Buffer.from(ping)])
			anas.raw(frame);
		await anas.settled();
		expect(anas.received.map(({ type }) => type)).toEqual(['welcome', 'pong']);
	});

	test('I5 garbage, a flood and a giant end the socket as in a meeting', async () => {
		const garbage = one.inbox(ana);
		await garbage.next('welcome');
		for (let count = 0; count < WIRE_LIMITS.badFramesMax; count++) garbage.raw('{');
		expect((await garbage.closed).code).toBe(4400);
		const flood = one.inbox(ben);
		await flood.next('welcome');
		for (let count = 0; count < 10 + WIRE_LIMITS.floodFramesMax; count++) flood.raw(ping);
		expect((await flood.closed).code).toBe(4400);
		expect(flood.count('pong')).toBe(10);
		const giant = one.inbox(world.addPerson('Cem'));
		await giant.next('welcome');
		giant.raw(ping.padEnd(WIRE_LIMITS.frameHardMaxBytes + 1));
		expect((await giant.closed).code).toBe(1009);
	});

	test('I5 reconnecting does not fill the bucket', async () => {
		const before = one.inbox(ana);
		await before.next('welcome');
		for (let count = 0; count < 11; count++) before.raw(ping);
		for (let count = 0; count < 10; count++) await before.next('pong');
		before.terminate();
		await before.closed;
		const again = one.inbox(ana);
		await again.next('welcome');
		again.raw(ping);
		world.nowMs += 1_000;
		await again.settled();
		expect(again.count('pong')).toBeLessThanOrEqual(2);
	});
});

describe('goodbyes', () => {
	test('I6 a revoked login closes its sockets with 4401, on every server; others stay', async () => {
		const mine = [one.inbox(ana), two.inbox(ana)];
		const bens = one.inbox(ben);
		await Promise.all([...mine, bens].map((client) => client.next('welcome')));
		two.bus.publish(personChannel(ana.id), { kind: 'login_revoked', loginId: ana.loginId });
		for (const client of mine)
			expect(await client.closed).toEqual({ code: 4401, reason: 'login_revoked' });
		two.bus.publish(personChannel(ben.id), { kind: 'login_revoked', loginId: 'another device' });
		await bens.settled();
	});

	test('I6 before a restart they are closed with 1012', async () => {
		const anas = one.inbox(ana);
		await anas.next('welcome');
		await one.gateway.close();
		expect((await anas.closed).code).toBe(1012);
	});

	test('I6 a socket that answers no ping is closed with 4408', async () => {
		const quick = await world.open({ timings: { heartbeatMs: 20, goodbyeMs: 20 } });
		const anas = quick.inbox(ana);
		await anas.next('welcome');
		// A paused socket reads no ping, and so answers none.
		anas.socket.pause();
		await expect.poll(() => quick.gateway.counts().connections, { interval: 5 }).toBe(0);
		anas.socket.resume();
		expect((await anas.closed).code).toBe(4408);
	});

	test('when all are gone nothing stays behind', async () => {
		const both = [one.inbox(ana), one.inbox(ana)];
		await Promise.all(both.map((client) => client.next('welcome')));
		expect(one.gateway.counts()).toMatchObject({ connections: 2, rooms: 0, allowances: 1 });
		for (const client of both) client.terminate();
		await expect.poll(() => one.gateway.counts().connections, { interval: 5 }).toBe(0);
		one.bus.publish(personChannel(ana.id), NEWS);
	});
});
