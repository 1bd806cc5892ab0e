import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Meeting } from '$lib/meeting';
import { instant } from '$lib/protocol';
import { meetingChannel } from '$lib/server/bus';
import { T0, TestWorld, wireFix, type TestInstance, type TestPerson } from './testing';
import type { TestClient } from './testing-client';

/** Everything here runs with Ana and Ben on two servers: fan-out that crosses is the normal case. */
let world: TestWorld;
let one: TestInstance;
let two: TestInstance;
let ana: TestPerson;
let ben: TestPerson;
let meeting: Meeting;
let anas: TestClient;
let bens: TestClient;

beforeEach(async () => {
	world = new TestWorld();
	[one, two] = [await world.open(), await world.open()];
	({ ana, ben, meeting } = world.addPair());
	anas = one.connect(ana, meeting);
	await anas.next('welcome');
	bens = two.connect(ben, meeting);
	await bens.next('welcome');
	await anas.next('presence_update');
});
afterEach(() => world.close());

/** What Ana caused before this has come to Ben, or never will. */
async function nothingMoreForBen(): Promise<void> {
	anas.say('route_mode_update', { mode: 'foot-walking' });
	await bens.next('peer_route_mode');
}

/** Time passes: buckets fill, graces end. */
function pass(ms: number): void {
	world.nowMs += ms;
}

describe('welcome', () => {
	test('P6 welcome carries the whole state', async () => {
		anas.say('location_update', wireFix(T0));
		anas.say('im_here', { manual: true });
		await bens.next('im_here_update');
		const welcome = await one.connect(ben, meeting).next('welcome');
		expect(welcome).toMatchObject({
			protocol: 1,
			server_time: instant(T0),
			session: { id: meeting.id, status: 'ACTIVE', expires_at: instant(meeting.expiresAtMs) },
			self: { user_id: ben.id },
			participants: [
				{ user_id: ana.id, display_name: 'Ana', presence: 'online', sharing: 'live' },
				{ user_id: ben.id, display_name: 'Ben', presence: 'online', last_seen: instant(T0) },
			],
			locations: { [ana.id]: { server_time: instant(T0) } },
			im_here: { user_ids: [ana.id], expires_at: instant(T0 + 60_000) },
			limits: { updates_per_s: 10, updates_burst: 10, frame_max_bytes: 4096, heartbeat_s: 25 },
		});
	});

	test('P5 what happens while the state is read follows welcome', async () => {
		let goOn = () => {};
		const reading = new Promise<void>((resolve) => (goOn = resolve));
		let looks = 0;
		const isReading = new Promise<void>((resolve) => {
			world.beforeFind = async () => {
				if (++looks < 2) return;
				resolve();
				await reading;
			};
		});
		const late = one.connect(ben, meeting);
		await isReading;
		two.bus.publish(meetingChannel(meeting.id), {
			kind: 'said',
			message: { type: 'peer_sharing', payload: { user_id: ana.id, state: 'hidden' } },
		});
		anas.say('location_update', wireFix(T0));
		await anas.settled();
		expect(late.received).toEqual([]);
		goOn();
		// The fix was there before the positions were read: it is in `welcome`, and not said twice.
		expect((await late.next('welcome')).locations[ana.id]?.lon).toBe(wireFix(T0).lon);
		await late.settled();
		expect(late.received.map(({ type }) => type)).toEqual(['welcome', 'peer_sharing', 'pong']);
	});

	test('P5 a meeting that ends while the state is read: welcome, the end, 4410', async () => {
		let looks = 0;
		world.beforeFind = async () => {
			if (++looks !== 2) return;
			await world
				.meetingsOver(two.bus)
				.change(meeting.id, { type: 'end', by: ana.id, reason: '', atMs: T0 });
		};
		const late = one.connect(ben, meeting);
		expect((await late.closed).code).toBe(4410);
		expect(late.received.map(({ type }) => type)).toEqual(['welcome', 'session_ended']);
	});
});

describe('the meeting', () => {
	test('P50 ending reaches everybody, then 4410 and nothing is left', async () => {
		anas.say('location_update', wireFix(T0));
		anas.say('end_session', { reason: 'see you tomorrow' });
		for (const client of [anas, bens]) {
			const { reason, ended_at } = await client.next('session_ended');
			expect([reason, ended_at]).toEqual(['see you tomorrow', instant(T0)]);
			expect(await client.closed).toEqual({ code: 4410, reason: 'ended' });
		}
		expect((await world.ephemeral.traces(meeting.id)).size).toBe(0);
		const nothing = { connections: 0, rooms: 0 };
		await expect.poll(() => one.gateway.counts(), { interval: 5 }).toMatchObject(nothing);
		expect(two.gateway.counts()).toMatchObject(nothing);
	});

	test('P50 a claimed reason of the rules becomes USER_ACTION', async () => {
		anas.say('end_session', { reason: 'PROXIMITY_REACHED' });
		expect((await bens.next('session_ended')).reason).toBe('USER_ACTION');
	});

	test('P51 a meeting point reaches both, and can be taken away', async () => {
		const destination = { name: 'World clock', lat: 52.5213, lon: 13.4131 };
		anas.say('destination_update', { destination });
		for (const client of [anas, bens])
			expect(await client.next('destination_update')).toEqual({ destination, by_user_id: ana.id });
		bens.say('destination_update', { destination: null });
		expect((await anas.next('destination_update')).destination).toBeNull();
	});

	test('P52 a new end time reaches both', async () => {
		await world
			.meetingsOver(one.bus)
			.change(meeting.id, { type: 'extend', by: ana.id, minutes: 30, atMs: T0 });
		for (const client of [anas, bens])
			expect((await client.next('session_updated')).expires_at).toBe(
				instant(meeting.expiresAtMs + 30 * 60_000),
			);
	});
});

describe("I'm here", () => {
	async function bothSend(metresApart: number): Promise<void> {
		anas.say('location_update', wireFix(world.nowMs));
		bens.say('location_update', wireFix(world.nowMs, metresApart));
		await Promise.all([bens.next('peer_location'), anas.next('peer_location')]);
	}

	test('P40 the first press asks both, and ends nothing', async () => {
		await bothSend(30);
		anas.say('im_here', {});
		for (const client of [anas, bens])
			expect(await client.next('im_here_update')).toEqual({
				user_ids: [ana.id],
				expires_at: instant(T0 + 60_000),
			});
		expect(world.meetings.get(meeting.id)?.status).toBe('ACTIVE');
	});

	test('P41 both inside one minute: the meeting has succeeded', async () => {
		await bothSend(30);
		anas.say('im_here', {});
		await bens.next('im_here_update');
		pass(59_000);
		await bothSend(20);
		bens.say('im_here', {});
		for (const client of [anas, bens]) {
			expect((await client.next('session_ended')).reason).toBe('PROXIMITY_REACHED');
			expect((await client.closed).code).toBe(4410);
		}
	});

	test('P41 pressed in the same moment on two servers: one end, no error', async () => {
		await bothSend(30);
		anas.say('im_here', {});
		bens.say('im_here', {});
		await Promise.all([anas.closed, bens.closed]);
		for (const client of [anas, bens])
			expect([client.count('session_ended'), client.count('error')]).toEqual([1, 0]);
	});

	test('P41 a window that ran out: the second press opens a new one', async () => {
		await bothSend(30);
		anas.say('im_here', {});
		await bens.next('im_here_update');
		pass(60_000);
		await bothSend(30);
		bens.say('im_here', {});
		expect((await bens.next('im_here_update')).user_ids).toEqual([ben.id]);
	});

	test('P42 too far: TOO_FAR with the distance', async () => {
		await bothSend(400);
		anas.say('im_here', {});
		const error = await anas.next('error');
		expect([error.code, error.ref]).toEqual(['TOO_FAR', 'im_here']);
		expect(error.distance_m).toBeCloseTo(400, 0);
		expect(bens.count('im_here_update')).toBe(0);
	});

	test('P42 nothing recent: NO_RECENT_LOCATION; a fast clock keeps no fix young', async () => {
		anas.say('im_here', {});
		expect((await anas.next('error')).code).toBe('NO_RECENT_LOCATION');
		anas.say('location_update', wireFix(T0 + 200_000));
		bens.say('location_update', wireFix(T0 + 200_000));
		await Promise.all([bens.next('peer_location'), anas.next('peer_location')]);
		pass(60_000);
		anas.say('im_here', {});
		expect((await anas.next('error')).code).toBe('NO_RECENT_LOCATION');
	});

	test('P42 alone in a meeting: NOT_ACTIVE', async () => {
		const waiting = one.connect(ana, world.addMeeting([ana]));
		await waiting.next('welcome');
		waiting.say('im_here', {});
		expect((await waiting.next('error')).code).toBe('NOT_ACTIVE');
	});

	test('P43 "not yet" closes the window for both and says who', async () => {
		await bothSend(30);
		anas.say('im_here', {});
		await bens.next('im_here_update');
		bens.say('im_here_cancel', {});
		await anas.next('im_here_update');
		expect(await anas.next('im_here_update')).toEqual({
			user_ids: [],
			expires_at: null,
			cancelled_by: ben.id,
		});
	});

	test('P43 with no window open it says nothing', async () => {
		anas.say('im_here_cancel', {});
		await nothingMoreForBen();
		expect(bens.count('im_here_update')).toBe(0);
	});

	test('P44 where nothing can be measured both confirm by hand', async () => {
		anas.say('im_here', { manual: true });
		await bens.next('im_here_update');
		bens.say('im_here', { manual: true });
		expect((await anas.next('session_ended')).reason).toBe('MANUAL_CONFIRM');
	});

	test('P44 by hand does not help who is known to be far away', async () => {
		await bothSend(5_000);
		anas.say('im_here', { manual: true });
		expect((await anas.next('error')).code).toBe('TOO_FAR');
	});
});
