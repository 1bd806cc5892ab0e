import type { TestClient } from '$lib/server/gateway/testing-client';
import { eastOf, HARBOUR } from './person';
import { expect, test } from './stories';
import { startServer, type RunningServer } from './support/server';
import { emptyDatabase, required } from './support/services';
import { call, fixAt, pair, untilHeard } from './support/socket-pairs';
import { openTcpProxy, type TcpProxy } from './support/tcp-proxy';

/*
 * Several production servers on one PostgreSQL and one Redis, each with a network of its own to Redis that
 * can be taken away. People are plain sockets here: what a page makes of it other stories tell.
 */
interface Server extends RunningServer {
	readonly redis: TcpProxy;
}

let database: Awaited<ReturnType<typeof emptyDatabase>>;
let servers: Server[];
test.beforeEach(async () => {
	database = await emptyDatabase();
	servers = await Promise.all([openServer(), openServer(), openServer()]);
});
test.afterEach(async () => {
	await Promise.all(
		servers.map(async ({ redis, stop }) => {
			await stop();
			await redis.close();
		}),
	);
	await database.drop();
});

async function openServer(): Promise<Server> {
	const redis = await openTcpProxy(required('TEST_REDIS_URL'));
	const env = { DATABASE_URL: database.url, REDIS_URL: redis.url, TRUST_PROXY: '1' };
	return { ...(await startServer({ env })), redis };
}

const server = (number: 1 | 2 | 3): Server => {
	const found = servers[number - 1];
	if (!found) throw new Error('there are three servers');
	return found;
};

/** What this client heard of somebody coming and going. */
const presencesOf = (personId: string, { received }: TestClient) =>
	received.flatMap((m) =>
		m.type === 'presence_update' && m.payload.user_id === personId ? [m.payload.status] : [],
	);

const isReady = async (at: Server) => (await fetch(`${at.url}/ready`)).status;

test('Whoever is on whichever server hears everything, once, and two servers end a meeting once', async () => {
	const meeting = await pair(server(3));
	const anas = await meeting.connect('ana', server(1));
	const bens = await meeting.connect('ben', server(2));
	expect(await anas.next('presence_update')).toMatchObject({ status: 'online' });
	await untilHeard(anas, bens);

	// What was said to find one another is through; there are tokens left for some more.
	anas.say('sharing_update', { state: 'live' });
	await bens.next('peer_sharing');
	const heardBefore = bens.count('peer_location');
	const walk = Array.from({ length: 5 }, (_, step) => fixAt(eastOf(HARBOUR, step)));
	for (const fix of walk) anas.say('location_update', fix);
	anas.say('sharing_update', { state: 'weak_signal' });
	expect(await bens.next('peer_sharing')).toMatchObject({ state: 'weak_signal' });
	const heard = bens.received.flatMap((m) => (m.type === 'peer_location' ? [m.payload.lon] : []));
	expect(heard.slice(heardBefore)).toEqual(walk.map(({ lon }) => lon));
	anas.say('sharing_update', { state: 'live' });

	bens.say('location_update', fixAt(eastOf(HARBOUR, 20)));
	await anas.next('peer_location');
	for (const client of [anas, bens]) client.say('im_here', {});
	for (const client of [anas, bens]) {
		expect((await client.next('session_ended')).reason).toBe('PROXIMITY_REACHED');
		expect((await client.closed).code).toBe(4410);
		expect(client.count('session_ended')).toBe(1);
	}
	const [row] = await database.sql`
		select count(*)::int as count from audit_events where action = 'meeting_ended'`;
	expect(row).toEqual({ count: 1 });
});

test('The newest socket wins, a revoked login and a removed person are out, on whichever server', async () => {
	const meeting = await pair(server(1));
	const older = await meeting.connect('ben', server(2));
	const newer = await meeting.connect('ben', server(3));
	expect((await older.closed).code).toBe(4409);
	await newer.settled();
	const path = `sessions/${meeting.meetingId}/participants/${meeting.ben.id}`;
	await call(server(1), 'DELETE', path, undefined, meeting.ana.token);
	expect((await newer.closed).code).toBe(4403);

	const anas = await meeting.connect('ana', server(2));
	await call(server(3), 'POST', 'auth/logout', {}, meeting.ana.token);
	expect((await anas.closed).code).toBe(4401);
});

test('A server killed in mid-meeting: its people are offline, come back elsewhere, and all goes on', async () => {
	const meeting = await pair(server(1));
	const anas = await meeting.connect('ana', server(1));
	const bens = await meeting.connect('ben', server(2));
	await untilHeard(bens, anas);
	await server(2).kill();
	expect((await bens.closed).code).toBe(1006);
	await expect
		.poll(() => presencesOf(meeting.ben.id, anas).at(-1), { timeout: 25_000 })
		.toBe('offline');

	const again = await meeting.connect('ben', server(3));
	await untilHeard(again, anas);
	await untilHeard(anas, again);
});

for (const outage of ['cut', 'hang'] as const)
	test(`Redis is away (${outage}): pairs on one server go on, sockets stay, and it all comes back`, async () => {
		const near = await pair(server(1));
		const far = await pair(server(1));
		const gone = await pair(server(1));
		const [nearAna, nearBen] = [
			await near.connect('ana', server(1)),
			await near.connect('ben', server(1)),
		];
		const [farAna, farBen] = [
			await far.connect('ana', server(1)),
			await far.connect('ben', server(2)),
		];
		const goneAna = await gone.connect('ana', server(1));
		await untilHeard(farAna, farBen);

		for (const { redis } of servers) await redis[outage]();
		for (const at of servers)
			await expect.poll(() => isReady(at), { intervals: [100], timeout: 10_000 }).toBe(503);
		await untilHeard(nearAna, nearBen);
		// What happens on another server meanwhile is not heard here …
		await call(server(2), 'DELETE', `sessions/${gone.meetingId}`, undefined, gone.ben.token);
		expect(goneAna.count('session_ended')).toBe(0);

		for (const { redis } of servers) await redis.heal();
		// … but as soon as Redis is back.
		expect((await goneAna.next('session_ended')).reason).toBe('USER_ACTION');
		await untilHeard(farAna, farBen);
		await untilHeard(farBen, farAna);
		for (const at of servers)
			await expect.poll(() => isReady(at), { intervals: [100], timeout: 10_000 }).toBe(200);
		for (const client of [nearAna, nearBen, farAna, farBen]) await client.settled();
	});

test('A slow Redis delays, and loses nothing', async () => {
	const meeting = await pair(server(1));
	const anas = await meeting.connect('ana', server(1));
	const bens = await meeting.connect('ben', server(2));
	await untilHeard(anas, bens);
	for (const { redis } of servers) redis.delay(200);
	await untilHeard(anas, bens);
	await untilHeard(bens, anas);
	for (const state of ['weak_signal', 'live'] as const) {
		anas.say('sharing_update', { state });
		// Where an answer of Redis came too late the state is told once more: the last word counts.
		while ((await bens.next('peer_sharing')).state !== state);
	}
});
