import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Meeting } from '$lib/meeting';
import { instant } from '$lib/protocol';
import { createSnapshots } from '$lib/server/snapshot';
import { T0, TestWorld, wireFix, type TestInstance, type TestPerson } from './testing';
import type { TestClient } from './testing-client';

/** Two servers that lose one another. Ana is on the first one, Ben on the second. */
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
	const timings = { presenceGraceMs: 20, settleMs: 20 };
	[one, two] = [await world.open({ timings }), await world.open({ timings })];
	({ ana, ben, meeting } = world.addPair());
	anas = one.connect(ana, meeting);
	await anas.next('welcome');
	bens = two.connect(ben, meeting);
	await bens.next('welcome');
	await anas.next('presence_update');
});
afterEach(() => world.close());

describe('a server dies without a word', () => {
	test('P34 the others hear that its people are offline, with when they were last seen', async () => {
		world.hub.kill(two.bus.instanceId);
		expect(await anas.next('presence_update')).toEqual({
			user_id: ben.id,
			status: 'offline',
			last_seen: instant(T0),
		});
		const welcome = await one.connect(ana, meeting).next('welcome');
		expect(welcome.participants[1]?.presence).toBe('offline');
	});

	test('P34 who came back elsewhere within the grace is not called offline', async () => {
		const timings = { presenceGraceMs: 1_000 };
		const [three, four] = [await world.open({ timings }), await world.open({ timings })];
		const pair = world.addPair();
		const watching = three.connect(pair.ana, pair.meeting);
		await watching.next('welcome');
		await four.connect(pair.ben, pair.meeting).next('welcome');
		await watching.next('presence_update');
		world.hub.kill(four.bus.instanceId);
		await three.connect(pair.ben, pair.meeting).next('welcome');
		expect((await watching.next('presence_update')).status).toBe('online');
		// A grace that starts now ends after that of the server that died.
		const cleo = world.addPerson('Cleo');
		const seats = [...pair.meeting.participantIds, cleo.id];
		world.meetings.set(pair.meeting.id, { ...pair.meeting, participantIds: seats });
		const cleos = three.connect(cleo, pair.meeting);
		await cleos.next('welcome');
		cleos.terminate();
		const heard = [await watching.next('presence_update'), await watching.next('presence_update')];
		expect(heard.map(({ user_id, status }) => [user_id, status])).toEqual([
			[cleo.id, 'online'],
			[cleo.id, 'offline'],
		]);
	});
});

/** What happened on the other server while nothing was heard of it. */
function unheard(change: Partial<Meeting>): void {
	world.meetings.set(meeting.id, { ...meeting, ...change });
}

describe('servers hear one another again', () => {
	test('P35 everybody is told how things stand, and no socket closes', async () => {
		const longer = meeting.expiresAtMs + 60_000;
		unheard({ expiresAtMs: longer, destination: { name: 'Clock', lat: 52.5, lon: 13.4 } });
		const weak = { state: 'weak_signal', sinceMs: T0, saidAtMs: T0 } as const;
		world.ephemeral.keepSharing(meeting.id, ben.id, weak);
		world.ephemeral.keepRouteMode(meeting.id, ben.id, 'cycling-regular');
		const fix = { ...wireFix(T0), server_time: instant(T0) };
		world.ephemeral.keepFix(meeting.id, ben.id, fix);
		await world.ephemeral.pressHere(meeting.id, ben.id, 'measured', T0);
		world.hub.comeBack();
		const updated = await anas.next('session_updated');
		expect(updated.expires_at).toBe(instant(longer));
		expect(updated.destination?.name).toBe('Clock');
		const him = { user_id: ben.id };
		expect(await anas.next('peer_sharing')).toEqual({ ...him, state: 'weak_signal' });
		expect(await anas.next('peer_route_mode')).toEqual({ ...him, mode: 'cycling-regular' });
		expect(await anas.next('peer_location')).toEqual({ ...him, ...fix });
		expect((await anas.next('im_here_update')).user_ids).toEqual([ben.id]);
		await bens.next('session_updated');
		await Promise.all([anas.settled(), bens.settled()]);
	});

	test('P35 a memory that lost everything knows again who is here, and where', async () => {
		anas.say('location_update', wireFix(T0, 7));
		await bens.next('peer_location');
		await world.ephemeral.forgetPerson(meeting.id, ana.id);
		await world.ephemeral.forgetPerson(meeting.id, ben.id);
		world.hub.comeBack();
		await bens.next('session_updated');
		const welcome = await two.connect(ben, meeting).next('welcome');
		expect(welcome.participants.map(({ presence }) => presence)).toEqual(['online', 'online']);
		expect(welcome.locations[ana.id]?.lon).toBe(wireFix(T0, 7).lon);
	});

	test('P35 a meeting that ended unheard ends now', async () => {
		unheard({ status: 'ENDED', endedAtMs: T0, endReason: 'USER_ACTION' });
		world.hub.comeBack();
		for (const client of [anas, bens]) {
			expect((await client.next('session_ended')).reason).toBe('USER_ACTION');
			expect((await client.closed).code).toBe(4410);
		}
	});

	test('P35 who was removed unheard is, and the other one hears it', async () => {
		unheard({ participantIds: [ana.id], status: 'PENDING' });
		world.hub.comeBack();
		expect((await bens.closed).code).toBe(4403);
		expect((await anas.next('participant_removed')).user_id).toBe(ben.id);
		expect((await anas.next('session_updated')).status).toBe('PENDING');
	});

	test('P35 who joined unheard comes with his name', async () => {
		const cleo = world.addPerson('Cleo');
		unheard({ participantIds: [ana.id, ben.id, cleo.id] });
		world.hub.comeBack();
		await anas.next('session_updated');
		const names = anas.received.flatMap((m) =>
			m.type === 'presence_update' ? [m.payload.participant?.display_name] : [],
		);
		expect(names).toContain('Cleo');
	});

	test('P35 a login that was revoked unheard closes its sockets', async () => {
		world.logins.delete(ana.token);
		world.hub.comeBack();
		expect((await anas.closed).code).toBe(4401);
		await bens.next('session_updated');
	});

	test('P35 who is blind is given no position', async () => {
		bens.say('location_update', wireFix(T0));
		await anas.next('peer_location');
		anas.say('sharing_update', { state: 'paused' });
		await bens.next('peer_sharing');
		world.nowMs += 60_000;
		world.hub.comeBack();
		await anas.next('im_here_update');
		expect(anas.count('peer_location')).toBe(1);
	});

	test('I3 inbox sockets begin anew, since what was missed can’t be told', async () => {
		const inbox = one.inbox(ana);
		await inbox.next('welcome');
		world.hub.comeBack();
		expect((await inbox.closed).code).toBe(1012);
	});
});

describe('one joins while the other one moves', () => {
	test('P23 the latest fix of somebody on another server is there, and only once', async () => {
		anas.say('location_update', wireFix(T0, 3));
		await bens.next('peer_location');
		const again = two.connect(ben, meeting);
		const welcome = await again.next('welcome');
		expect(welcome.locations[ana.id]?.lon).toBe(wireFix(T0, 3).lon);
		anas.say('route_mode_update', { mode: 'foot-walking' });
		await again.next('peer_route_mode');
		expect(again.count('peer_location')).toBe(0);
	});

	test('P23 also when it was not yet where that server reads', async () => {
		anas.say('location_update', wireFix(T0, 3));
		await bens.next('peer_location');
		bens.terminate();
		await bens.closed;
		const ephemeral = { ...world.ephemeral, traces: async () => new Map() };
		const snapshots = createSnapshots({ ephemeral, now: () => world.nowMs });
		const three = await world.open({ ephemeral, snapshots });
		const again = three.connect(ben, meeting);
		expect((await again.next('welcome')).locations).toEqual({});
		expect((await again.next('peer_location')).lon).toBe(wireFix(T0, 3).lon);
	});
});
