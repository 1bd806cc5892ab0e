import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Meeting } from '$lib/meeting';
import { instant } from '$lib/protocol';
import { meetingChannel } from '$lib/server/bus';
import { T0, TestWorld, wireFix, type TestInstance, type TestPerson } from './testing';
import type { TestClient } from './testing-client';

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

/** What this client heard of others coming and going. */
function presences({ received }: TestClient): string[] {
	return received.flatMap((m) => (m.type === 'presence_update' ? [m.payload.status] : []));
}

describe('presence', () => {
	const timings = { presenceGraceMs: 30 };

	test('P30 others hear who comes online, the person himself does not', async () => {
		const [one, two] = [await world.open(), await world.open()];
		const anas = await connected(one, ana);
		const bens = await connected(two, ben);
		expect(await anas.next('presence_update')).toEqual({
			user_id: ben.id,
			status: 'online',
			last_seen: instant(T0),
		});
		await bens.settled();
		expect(bens.count('presence_update')).toBe(0);
	});

	test('P30 somebody who joins comes with his name', async () => {
		const one = await world.open();
		const waiting = world.addMeeting([ana]);
		const anas = one.connect(ana, waiting);
		await anas.next('welcome');
		await world.meetingsOver(one.bus).change(waiting.id, { type: 'join', by: ben.id, atMs: T0 });
		expect((await anas.next('presence_update')).participant?.display_name).toBe('Ben');
		expect((await anas.next('session_updated')).status).toBe('ACTIVE');
		one.connect(ben, waiting);
		expect((await anas.next('presence_update')).status).toBe('online');
	});

	test('P31 offline is told after the grace, with when he was last seen', async () => {
		const one = await world.open({ timings });
		const anas = await connected(one, ana);
		const bens = await connected(one, ben);
		await anas.next('presence_update');
		world.nowMs = T0 + 10_000;
		bens.say('location_update', wireFix(world.nowMs));
		await anas.next('peer_location');
		bens.terminate();
		expect(await anas.next('presence_update')).toEqual({
			user_id: ben.id,
			status: 'offline',
			last_seen: instant(T0 + 10_000),
		});
		const welcome = await one.connect(ana, meeting).next('welcome');
		expect(welcome.participants[1]?.presence).toBe('offline');
	});

	test('P31 who is back within the grace, here or on another server, is never called offline', async () => {
		const [one, two] = [await world.open({ timings }), await world.open({ timings })];
		const anas = await connected(one, ana);
		const first = await connected(one, ben);
		first.terminate();
		await first.closed;
		const second = await connected(one, ben);
		second.terminate();
		await second.closed;
		await connected(two, ben);
		// A grace that starts now ends after those of Ben's lost sockets.
		const cleo = world.addPerson('Cleo');
		world.meetings.set(meeting.id, {
			...meeting,
			participantIds: [...meeting.participantIds, cleo.id],
		});
		(await connected(one, cleo)).terminate();
		while ((await anas.next('presence_update')).user_id !== cleo.id);
		expect((await anas.next('presence_update')).user_id).toBe(cleo.id);
		expect(
			anas.received.some(
				({ type, payload }) =>
					type === 'presence_update' && payload.user_id === ben.id && payload.status === 'offline',
			),
		).toBe(false);
	});

	test('P31 offline is told also when the memory lost who was here', async () => {
		const ephemeral = { ...world.ephemeral, traces: async () => new Map() };
		const one = await world.open({ timings, ephemeral });
		const anas = await connected(one, ana);
		(await connected(one, ben)).terminate();
		expect((await anas.next('presence_update')).status).toBe('online');
		expect((await anas.next('presence_update')).status).toBe('offline');
	});

	test('P31 a server that calls somebody offline who is here is put right at once', async () => {
		const [one, two] = [await world.open(), await world.open()];
		const anas = await connected(one, ana);
		await connected(two, ben);
		await anas.next('presence_update');
		one.bus.publish(meetingChannel(meeting.id), {
			kind: 'said',
			message: {
				type: 'presence_update',
				payload: { user_id: ben.id, status: 'offline', last_seen: null },
			},
			exceptPersonId: ben.id,
		});
		expect((await anas.next('presence_update')).status).toBe('offline');
		expect((await anas.next('presence_update')).status).toBe('online');
	});
});

describe('one person, several sockets', () => {
	test('P7 the newest socket wins, on the same server', async () => {
		const one = await world.open();
		const older = await connected(one, ana);
		const newer = await connected(one, ana);
		expect(await older.closed).toEqual({ code: 4409, reason: 'replaced' });
		await newer.settled();
	});

	test('P7 the newest socket wins across servers, and nobody is called offline', async () => {
		const timings = { presenceGraceMs: 1 };
		const [one, two] = [await world.open({ timings }), await world.open({ timings })];
		const bens = await connected(one, ben);
		const older = await connected(one, ana);
		const newer = await connected(two, ana);
		expect((await older.closed).code).toBe(4409);
		newer.say('location_update', wireFix(T0));
		await bens.next('peer_location');
		expect(one.gateway.counts().connections).toBe(1);
		expect(presences(bens)).toEqual(['online', 'online']);
	});

	test('P7 two sockets in the same moment on two servers: exactly one stays', async () => {
		const servers = [await world.open(), await world.open()];
		const clients = servers.map((server) => server.connect(ana, meeting));
		const lost = await Promise.race(
			clients.map(async (client, index) => ({ index, ...(await client.closed) })),
		);
		expect(lost.code).toBe(4409);
		await clients[1 - lost.index]?.settled();
	});
});

test('P7 late news of an older socket does not close the newer one, which answers it', async () => {
	const [one, two] = [await world.open(), await world.open()];
	await connected(one, ana);
	const newer = await connected(two, ana);
	const older = { kind: 'replaced', personId: ana.id, connectionId: '0', openedAtMs: T0 } as const;
	const answer = new Promise<string>((resolve) => {
		void one.bus.subscribe(meetingChannel(meeting.id), (event) => {
			if (event.kind === 'replaced' && event.connectionId !== older.connectionId)
				resolve(event.personId);
		});
	});
	one.bus.publish(meetingChannel(meeting.id), older);
	expect(await answer).toBe(ana.id);
	await newer.settled();
});

test('P7 a server whose clock is slow still has the newer socket', async () => {
	const [one, two] = [await world.open(), await world.open({ now: () => world.nowMs - 60_000 })];
	const older = await connected(one, ana);
	await connected(two, ana);
	expect((await older.closed).code).toBe(4409);
});
