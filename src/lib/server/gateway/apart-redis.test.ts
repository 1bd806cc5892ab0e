import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Meeting } from '$lib/meeting';
import { isUp } from '$lib/server/redis/testing';
import { wireFix, type TestPerson } from './testing';
import type { TestClient } from './testing-client';
import { RedisWorld, type RedisInstance } from './testing-redis';

/** Two servers that each lose their line to Redis, and what is true when they have it again. */
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
	[one, two] = await world.openPair({ presenceGraceMs: 100, settleMs: 1_000 });
	({ ana, ben, meeting } = world.addPair());
	anas = await connected(one, ana);
	bens = await connected(two, ben);
	await anas.next('presence_update');
});
afterEach(() => world.close());

async function connected(at: RedisInstance, person: TestPerson): Promise<TestClient> {
	const client = at.connect(person, meeting);
	await client.next('welcome');
	return client;
}

async function apart(how: 'cut' | 'hang' = 'cut'): Promise<void> {
	for (const server of [one, two]) await server.line[how]();
	for (const server of [one, two])
		await expect.poll(() => server.isUp(), { interval: 10, timeout: 10_000 }).toBe(false);
}

async function together(): Promise<void> {
	for (const server of [one, two]) await server.line.heal();
	await isUp(one, two);
}

for (const how of ['cut', 'hang'] as const)
	test(`P35 what was said while they were apart (${how}) is known on both sides afterwards`, async () => {
		await apart(how);
		bens.say('sharing_update', { state: 'weak_signal' });
		bens.say('route_mode_update', { mode: 'driving-car' });
		bens.say('location_update', wireFix(world.nowMs, 5));
		await bens.settled();
		expect(anas.count('peer_sharing')).toBe(0);
		await together();
		expect((await anas.next('peer_sharing')).state).toBe('weak_signal');
		expect((await anas.next('peer_route_mode')).mode).toBe('driving-car');
		expect((await anas.next('peer_location')).lon).toBe(wireFix(world.nowMs, 5).lon);
	});

test('P35 who left while they were apart is offline afterwards', async () => {
	await apart();
	bens.terminate();
	await bens.closed;
	const standing = async () =>
		(await two.ephemeral.traces(meeting.id)).get(ben.id)?.presence?.connectionId;
	await expect.poll(standing).toBeNull(); // his grace is over, and only his server knows
	await together();
	let status = 'online';
	while (status === 'online') ({ status } = await anas.next('presence_update'));
	expect(status).toBe('offline');
	const welcome = await one.connect(ana, meeting).next('welcome');
	expect(welcome.participants[1]?.presence).toBe('offline');
});

test('P7 of two sockets that one person got on both sides the later one stays', async () => {
	await apart();
	world.nowMs += 10_000;
	const later = await connected(two, ana);
	await later.settled();
	await anas.settled();
	await together();
	expect((await anas.closed).code).toBe(4409);
	later.say('sharing_update', { state: 'weak_signal' });
	await bens.next('peer_sharing');
	await later.settled();
});

test('P25 a pause on one side is not undone by the older socket on the other', async () => {
	anas.say('sharing_update', { state: 'live' });
	await bens.next('peer_sharing');
	await apart();
	world.nowMs += 10_000;
	const later = await connected(two, ana);
	later.say('sharing_update', { state: 'paused' });
	await later.settled();
	await together();
	expect((await anas.closed).code).toBe(4409);
	const welcome = await one.connect(ben, meeting).next('welcome');
	expect(welcome.participants[0]?.sharing).toBe('paused');
});
