import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Meeting } from '$lib/meeting';
import { instant } from '$lib/protocol';
import { personChannel } from '$lib/server/bus';
import { SILENT } from '$lib/server/log';
import { T0, TestWorld, wireFix, type TestInstance, type TestPerson } from './testing';

let world: TestWorld;
let ana: TestPerson;
let ben: TestPerson;
let meeting: Meeting;
beforeEach(() => {
	world = new TestWorld();
	({ ana, ben, meeting } = world.addPair());
});
afterEach(() => world.close());

async function connected(instance: TestInstance, person: TestPerson) {
	const client = instance.connect(person, meeting);
	await client.next('welcome');
	return client;
}

describe('heartbeat', () => {
	test('P61 a dead peer: two heartbeats without an answer end it with 4408', async () => {
		const one = await world.open({ timings: { heartbeatMs: 20, presenceGraceMs: 20 } });
		const anas = await connected(one, ana);
		const dead = await connected(one, ben);
		// Half-open: the machine is there, but nobody answers the pings.
		dead.socket.pong = () => {};
		expect(await dead.closed).toEqual({ code: 4408, reason: 'dead' });
		await anas.settled(); // answers by itself and lives on
	});

	test('P61 who answers stays, and stays online for who comes later', async () => {
		const one = await world.open({ timings: { heartbeatMs: 10 } });
		const anas = await connected(one, ana);
		for (let beats = 0; beats < 5; beats++)
			await new Promise((resolve) => anas.socket.once('ping', resolve));
		world.nowMs = T0 + 10 * 60_000;
		for (let beats = 0; beats < 2; beats++)
			await new Promise((resolve) => anas.socket.once('ping', resolve));
		const welcome = await (await world.open()).connect(ben, meeting).next('welcome');
		expect(welcome.participants[0]?.presence).toBe('online');
	});

	test('P60 ping is answered with the time of the server', async () => {
		const anas = await connected(await world.open(), ana);
		anas.say('ping', { client_ts_ms: 42 });
		expect(await anas.next('pong')).toEqual({ client_ts_ms: 42, server_time: instant(T0) });
		anas.raw('{"type":"ping"}');
		expect((await anas.next('pong')).client_ts_ms).toBeNull();
	});
});

describe('goodbyes', () => {
	test('P62 a revoked login closes its sockets with 4401, on every server, and no other', async () => {
		const [one, two] = [await world.open(), await world.open()];
		const anas = await connected(one, ana);
		const bens = await connected(two, ben);
		for (const { id, loginId } of [
			{ id: ana.id, loginId: 'another login of hers' },
			{ id: ana.id, loginId: ana.loginId },
		])
			two.bus.publish(personChannel(id), { kind: 'login_revoked', loginId });
		expect(await anas.closed).toEqual({ code: 4401, reason: 'login_revoked' });
		await bens.settled();
	});

	test('P62 a login revoked while its socket opens: closed before it sees anything', async () => {
		const one = await world.open();
		let looks = 0;
		world.beforeFind = async () => {
			if (++looks === 2) world.logins.delete(ana.token);
		};
		const anas = one.connect(ana, meeting);
		expect([(await anas.closed).code, anas.received.length]).toEqual([4401, 0]);
	});

	test('P63 a restart says 1012 to everybody and leaves nothing', async () => {
		const one = await world.open();
		const clients = [await connected(one, ana), await connected(one, ben)];
		await one.gateway.close();
		for (const client of clients)
			expect(await client.closed).toEqual({ code: 1012, reason: 'restart' });
		expect(one.gateway.counts()).toMatchObject({ connections: 0, rooms: 0 });
	});

	test('P63 a straggler that answers no goodbye is cut', async () => {
		const one = await world.open({ timings: { goodbyeMs: 20 } });
		const anas = await connected(one, ana);
		anas.socket.pause(); // reads nothing more, so it never answers
		await one.gateway.close();
		expect(one.gateway.counts().connections).toBe(0);
	});

	test('P63 a restart does not wait for who broke the rules and never answers either', async () => {
		const one = await world.open({ timings: { goodbyeMs: 20 } });
		const anas = await connected(one, ana);
		anas.raw('x'.repeat(100_000));
		anas.socket.pause();
		await expect.poll(() => one.gateway.counts().connections, { interval: 5 }).toBe(0);
		await one.gateway.close();
	}, 10_000);

	test('P63 nor does it fail when somebody answers the goodbye with a frame that is too large', async () => {
		const one = await world.open({ timings: { goodbyeMs: 20 } });
		const anas = await connected(one, ana);
		// What ws calls when a goodbye comes, instead of answering it.
		anas.socket.close = () => anas.socket.send('x'.repeat(100_000));
		await one.gateway.close();
		expect(one.gateway.counts().connections).toBe(0);
	});

	test('P64 a bug in a handler ends that socket with 1011, and no other', async () => {
		const error = vi.fn();
		const one = await world.open({
			fixes: {
				record() {
					throw new Error('bug');
				},
				relay() {
					throw new Error('bug');
				},
			},
			log: { ...SILENT, error },
		});
		const [anas, bens] = [await connected(one, ana), await connected(one, ben)];
		anas.say('location_update', wireFix(T0));
		expect((await anas.closed).code).toBe(1011);
		await bens.settled();
		expect(error).toHaveBeenCalledOnce();
		expect(JSON.stringify(error.mock.calls)).not.toContain('52.5');
	});

	test('P64 so does one in a handler that waits', async () => {
		const one = await world.open();
		const anas = await connected(one, ana);
		world.beforeFind = () => Promise.reject(new Error('the database is away'));
		anas.say('im_here', {});
		expect((await anas.closed).code).toBe(1011);
	});
});

test('P16 messages of one socket are handled one at a time, in order', async () => {
	const one = await world.open();
	const [anas, bens] = [await connected(one, ana), await connected(one, ben)];
	let goOn = () => {};
	const slow = new Promise<void>((resolve) => (goOn = resolve));
	const isAsked = new Promise<void>((resolve) => {
		world.beforeFind = () => {
			resolve();
			return slow;
		};
	});
	anas.say('im_here', {});
	anas.say('location_update', wireFix(T0));
	await isAsked;
	await bens.settled();
	expect(bens.count('peer_location')).toBe(0);
	goOn();
	await bens.next('peer_location');
	await anas.settled();
	expect(anas.received.map(({ type }) => type).slice(-2)).toEqual(['error', 'pong']);
});

test('nothing is left of a room when its last socket is gone', async () => {
	const one = await world.open({ timings: { heartbeatMs: 10 } });
	const [anas, bens] = [await connected(one, ana), await connected(one, ben)];
	expect(one.gateway.counts()).toMatchObject({ connections: 2, rooms: 1, allowances: 2 });
	anas.terminate();
	bens.terminate();
	await expect.poll(() => one.gateway.counts().rooms, { interval: 5 }).toBe(0);
	world.nowMs += 10_001;
	await expect
		.poll(() => one.gateway.counts(), { interval: 5 })
		.toEqual({ connections: 0, rooms: 0, allowances: 0, callers: 0 });
});
