import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Meeting } from '$lib/meeting';
import { personChannel } from '$lib/server/bus';
import { wireFix, type TestPerson } from './testing';
import type { TestClient } from './testing-client';
import { RedisWorld, type RedisInstance } from './testing-redis';

/** What holds between two servers, on a real Redis. Ana is on the first one, Ben on the second. */
let world: RedisWorld;
let one: RedisInstance;
let two: RedisInstance;
let ana: TestPerson;
let ben: TestPerson;
let meeting: Meeting;
let anas: TestClient;
let bens: TestClient;

beforeEach(async () => {
	world = new RedisWorld();
	[one, two] = await world.openPair({ presenceGraceMs: 100 });
	({ ana, ben, meeting } = world.addPair());
	anas = await connected(one, ana);
	bens = await connected(two, ben);
	expect((await anas.next('presence_update')).status).toBe('online');
});
afterEach(() => world.close());

async function connected(at: RedisInstance, person: TestPerson): Promise<TestClient> {
	const client = at.connect(person, meeting);
	await client.next('welcome');
	return client;
}

test('P7 the newest socket wins across servers, and nobody is called offline', async () => {
	const second = await connected(two, ana);
	expect((await anas.closed).code).toBe(4409);
	await second.settled();
	const again = await connected(one, ana);
	expect((await second.closed).code).toBe(4409);
	again.say('sharing_update', { state: 'weak_signal' });
	await bens.next('peer_sharing');
	const heard = bens.received.flatMap((m) =>
		m.type === 'presence_update' ? m.payload.status : [],
	);
	expect(heard).not.toContain('offline');
});

test('P31 who has a second page on another server is online until the last one is gone', async () => {
	await connected(two, ana);
	await anas.closed;
	const last = await connected(one, ana);
	last.terminate();
	let status = 'online';
	while (status === 'online') ({ status } = await bens.next('presence_update'));
	expect(status).toBe('offline');
});

test('P62 a login that is revoked anywhere closes its sockets everywhere', async () => {
	one.bus.publish(personChannel(ben.id), { kind: 'login_revoked', loginId: ben.loginId });
	expect((await bens.closed).code).toBe(4401);
});

test('P54 who is removed on one server is closed with 4403 on the other, and his fix is gone', async () => {
	bens.say('location_update', wireFix(world.nowMs));
	await anas.next('peer_location');
	const event = { type: 'remove', by: ana.id, personId: ben.id, atMs: world.nowMs } as const;
	await one.meetings.change(meeting.id, event);
	expect((await bens.closed).code).toBe(4403);
	expect((await anas.next('participant_removed')).user_id).toBe(ben.id);
	const welcome = await one.connect(ana, meeting).next('welcome');
	expect(welcome.locations).toEqual({});
});

test('P50 an end reaches both servers, and both close with 4410', async () => {
	anas.say('end_session', {});
	for (const client of [anas, bens]) {
		expect((await client.next('session_ended')).reason).toBe('USER_ACTION');
		expect((await client.closed).code).toBe(4410);
	}
});

test('P23 the last location is there on the server to which its person moves', async () => {
	for (const eastM of [1, 2, 3]) {
		world.nowMs += 100;
		anas.say('location_update', wireFix(world.nowMs, eastM));
	}
	await anas.settled();
	anas.terminate();
	// The last one waited for its second: it is written when its person leaves.
	await expect
		.poll(async () => {
			const client = two.connect(ana, meeting);
			const { locations } = await client.next('welcome');
			client.terminate();
			return locations[ana.id]?.lon;
		})
		.toBe(wireFix(world.nowMs, 3).lon);
});

test('P41 of two presses on two servers in one moment one window is made, and it ends once', async () => {
	for (const client of [anas, bens]) {
		client.say('location_update', wireFix(world.nowMs));
		await client.settled();
	}
	await Promise.all([anas.next('peer_location'), bens.next('peer_location')]);
	for (const client of [anas, bens]) client.say('im_here', {});
	for (const client of [anas, bens]) {
		expect((await client.next('session_ended')).reason).toBe('PROXIMITY_REACHED');
		await client.closed;
		expect(client.count('session_ended')).toBe(1);
	}
});

test('P33 P51 route mode and meeting point reach the other server, and are there for who comes', async () => {
	anas.say('route_mode_update', { mode: 'cycling-regular' });
	expect((await bens.next('peer_route_mode')).mode).toBe('cycling-regular');
	bens.say('destination_update', { destination: { name: 'Clock', lat: 52.5, lon: 13.4 } });
	expect((await anas.next('destination_update')).destination?.name).toBe('Clock');
	const welcome = await two.connect(ben, meeting).next('welcome');
	expect(welcome.participants[0]?.route_mode).toBe('cycling-regular');
	expect(welcome.session.destination?.name).toBe('Clock');
});
