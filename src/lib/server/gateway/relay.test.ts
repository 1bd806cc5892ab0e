import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RECIPROCITY_GRACE_MS, type Meeting } from '$lib/meeting';
import { instant } from '$lib/protocol';
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

describe('fixes', () => {
	test('P20 a fix reaches the other with exactly the fields sent, on another server', async () => {
		const fix = { ...wireFix(T0), heading_deg: 90, speed_mps: 1.4, client_ts_ms: 5, manual: true };
		anas.say('location_update', fix);
		expect(await bens.next('peer_location')).toEqual({
			user_id: ana.id,
			...fix,
			server_time: instant(T0),
		});
	});

	test('P20 a fix is never echoed to its sender, nor acknowledged', async () => {
		anas.say('location_update', wireFix(T0));
		await bens.next('peer_location');
		await anas.settled();
		expect(anas.received.map(({ type }) => type)).toEqual(['welcome', 'presence_update', 'pong']);
	});

	test('P20 fixes keep their order', async () => {
		for (const eastM of [0, 1, 2, 3, 4]) anas.say('location_update', wireFix(T0, eastM));
		for (const eastM of [0, 1, 2, 3, 4])
			expect((await bens.next('peer_location')).lon).toBe(wireFix(T0, eastM).lon);
	});

	test.each([
		['lat out of range', { lat: 90.1 }],
		['lon out of range', { lon: -180.1 }],
		['too exact', { accuracy_m: 0.05 }],
		['too coarse', { accuracy_m: 100.5 }],
		['too far in the past', { timestamp: instant(T0 - 300_001) }],
		['too far in the future', { timestamp: instant(T0 + 300_001) }],
	])('P21 %s is INVALID_LOCATION and goes nowhere', async (_name, wrong) => {
		anas.say('location_update', { ...wireFix(T0), ...wrong });
		const error = await anas.next('error');
		expect([error.code, error.ref]).toEqual(['INVALID_LOCATION', 'location_update']);
		expect(error.message).not.toMatch(/\d{2}\.\d/); // names the rule, never the place
		await nothingMoreForBen();
		expect(bens.count('peer_location')).toBe(0);
	});

	test('P21 older than the last one, or faster than 300 km/h, is INVALID_LOCATION', async () => {
		anas.say('location_update', wireFix(T0));
		anas.say('location_update', wireFix(T0 - 1));
		expect((await anas.next('error')).message).toContain('older');
		anas.say('location_update', wireFix(T0 + 1_000, 500));
		expect((await anas.next('error')).message).toContain('too far');
	});

	test('P22 three fixes that agree end a lockout by an outlier', async () => {
		anas.say('location_update', wireFix(T0, 5_000));
		await bens.next('peer_location');
		for (const afterMs of [1_000, 2_000, 3_000]) anas.say('location_update', wireFix(T0 + afterMs));
		expect((await bens.next('peer_location')).timestamp).toBe(instant(T0 + 3_000));
		expect(anas.count('error')).toBe(2);
	});

	test('P23 the last fix judges the next one after a change of server, too', async () => {
		anas.say('location_update', wireFix(T0));
		await bens.next('peer_location');
		const returned = two.connect(ana, meeting);
		const welcome = await returned.next('welcome');
		expect(welcome.locations[ana.id]?.timestamp).toBe(instant(T0));
		returned.say('location_update', wireFix(T0 + 1_000, 500));
		expect((await returned.next('error')).code).toBe('INVALID_LOCATION');
	});

	test('P53 past the end time fixes are refused, whether the worker came by or not', async () => {
		pass(meeting.expiresAtMs - T0);
		anas.say('location_update', wireFix(world.nowMs));
		expect((await anas.next('error')).code).toBe('MEETING_ENDED');
		expect(bens.count('peer_location')).toBe(0);
	});

	test('P53 an extended meeting goes on', async () => {
		const longer = world.meetingsOver(two.bus);
		await longer.change(meeting.id, { type: 'extend', by: ben.id, minutes: 30, atMs: T0 });
		await anas.next('session_updated');
		pass(meeting.expiresAtMs - T0);
		anas.say('location_update', wireFix(world.nowMs));
		await bens.next('peer_location');
	});
});

describe('sharing', () => {
	test('P32 the others hear of pause, hiding and return', async () => {
		for (const state of ['paused', 'hidden', 'weak_signal', 'live'] as const) {
			anas.say('sharing_update', { state });
			expect(await bens.next('peer_sharing')).toEqual({ user_id: ana.id, state });
		}
		await anas.settled();
		expect(anas.count('peer_sharing')).toBe(0);
	});

	test('P24 who hides may send for a minute, then SHARING_PAUSED until he shares again', async () => {
		anas.say('sharing_update', { state: 'hidden' });
		await bens.next('peer_sharing');
		pass(RECIPROCITY_GRACE_MS - 1);
		anas.say('location_update', wireFix(world.nowMs));
		await bens.next('peer_location');
		pass(1);
		anas.say('location_update', wireFix(world.nowMs));
		expect((await anas.next('error')).code).toBe('SHARING_PAUSED');
		anas.say('sharing_update', { state: 'live' });
		anas.say('location_update', wireFix(world.nowMs));
		await bens.next('peer_location');
	});

	test('P25 a silent watcher: who paused gets no positions after a minute', async () => {
		bens.say('sharing_update', { state: 'paused' });
		await anas.next('peer_sharing');
		anas.say('location_update', wireFix(T0));
		await bens.next('peer_location');
		pass(RECIPROCITY_GRACE_MS);
		anas.say('location_update', wireFix(world.nowMs));
		await nothingMoreForBen();
		expect(bens.count('peer_location')).toBe(1);
	});

	test('P25 reconnecting is no way around it: welcome has only his own position', async () => {
		for (const [client, eastM] of [
			[anas, 0],
			[bens, 30],
		] as const)
			client.say('location_update', wireFix(T0, eastM));
		bens.say('sharing_update', { state: 'paused' });
		await anas.next('peer_sharing');
		pass(RECIPROCITY_GRACE_MS);
		bens.terminate();
		const again = one.connect(ben, meeting);
		const welcome = await again.next('welcome');
		expect(Object.keys(welcome.locations)).toEqual([ben.id]);
		expect(welcome.participants[1]).toMatchObject({ user_id: ben.id, sharing: 'paused' });
		again.say('sharing_update', { state: 'live' });
		expect((await again.next('peer_location')).user_id).toBe(ana.id);
	});

	test('P25 who shares again gets the latest position at once', async () => {
		bens.say('sharing_update', { state: 'paused' });
		await anas.next('peer_sharing');
		pass(RECIPROCITY_GRACE_MS);
		anas.say('location_update', wireFix(world.nowMs, 7));
		await nothingMoreForBen();
		bens.say('sharing_update', { state: 'live' });
		expect((await bens.next('peer_location')).lon).toBe(wireFix(0, 7).lon);
	});

	test('P33 the way of travelling reaches the other and the next welcome', async () => {
		anas.say('route_mode_update', { mode: 'cycling-regular' });
		expect(await bens.next('peer_route_mode')).toEqual({
			user_id: ana.id,
			mode: 'cycling-regular',
		});
		const welcome = await one.connect(ben, meeting).next('welcome');
		expect(welcome.participants[0]?.route_mode).toBe('cycling-regular');
	});
});
