import { afterEach, beforeEach, expect, test } from 'vitest';
import { changeSharing, RECIPROCITY_GRACE_MS, type Meeting } from '$lib/meeting';
import { T0, TestWorld, wireFix, type TestInstance, type TestPerson } from './testing';
import type { TestClient } from './testing-client';

/** Ana pauses and comes back, on a server whose heart beats all the time. Ben goes on sharing. */
let world: TestWorld;
let one: TestInstance;
let ana: TestPerson;
let ben: TestPerson;
let meeting: Meeting;
let anas: TestClient;
let bens: TestClient;

beforeEach(async () => {
	world = new TestWorld();
	one = await world.open({ timings: { heartbeatMs: 5 } });
	({ ana, ben, meeting } = world.addPair());
	anas = one.connect(ana, meeting);
	await anas.next('welcome');
	bens = one.connect(ben, meeting);
	await bens.next('welcome');
});
afterEach(() => world.close());

async function anaPauses(): Promise<void> {
	anas.say('sharing_update', { state: 'paused' });
	await anas.settled();
}

/** Ana is back, and her welcome waits for the database until the test lets it come. */
async function anaComesBack() {
	let lookUps = 0;
	let letCome = () => {};
	const gate = new Promise<void>((resolve) => (letCome = resolve));
	const isAsked = new Promise<void>((resolve) => {
		world.beforeFind = async () => {
			if (++lookUps < 2) return; // the door looks first
			resolve();
			await gate;
		};
	});
	const again = one.connect(ana, meeting);
	await isAsked;
	return { again, letCome };
}

async function heartbeats(count: number): Promise<void> {
	for (let beat = 0; beat < count; beat++)
		await new Promise((resolve) => bens.socket.once('ping', resolve));
}

const sharingOfAna = async () =>
	(await world.ephemeral.traces(meeting.id)).get(ana.id)?.sharing?.state;

test('P25 a heartbeat while somebody who paused comes back does not undo the pause', async () => {
	await anaPauses();
	anas.terminate();
	const { again, letCome } = await anaComesBack();
	await heartbeats(3);
	expect(await sharingOfAna()).toBe('paused');
	letCome();
	expect((await again.next('welcome')).participants[0]?.sharing).toBe('paused');
	await heartbeats(3);
	expect(await sharingOfAna()).toBe('paused');
});

test('P25 the heartbeat of a socket does not undo what its person said later elsewhere', async () => {
	anas.say('sharing_update', { state: 'live' });
	await anas.settled();
	const said = (await world.ephemeral.traces(meeting.id)).get(ana.id)?.sharing;
	expect(said).not.toBeNull();
	if (said) world.ephemeral.keepSharing(meeting.id, ana.id, changeSharing(said, 'paused', T0));
	await heartbeats(3);
	expect(await sharingOfAna()).toBe('paused');
});

test('P25 who is blind gets nothing by coming back, neither before nor in nor after welcome', async () => {
	await anaPauses();
	world.nowMs += RECIPROCITY_GRACE_MS;
	for (let time = 0; time < 3; time++) {
		const { again, letCome } = await anaComesBack();
		bens.say('location_update', wireFix(world.nowMs, time));
		await bens.settled();
		letCome();
		expect(Object.keys((await again.next('welcome')).locations)).toEqual([]);
		bens.say('location_update', wireFix(world.nowMs + 1, time));
		await bens.settled();
		await again.settled();
		expect(again.count('peer_location')).toBe(0);
		world.nowMs += 1_000;
	}
});

test('P25 coming back does not start the 60 s anew', async () => {
	await anaPauses();
	world.nowMs += RECIPROCITY_GRACE_MS - 1;
	const { again, letCome } = await anaComesBack();
	letCome();
	await again.next('welcome');
	again.say('sharing_update', { state: 'paused' });
	await again.settled();
	bens.say('location_update', wireFix(world.nowMs));
	await again.next('peer_location');
	world.nowMs += 1;
	bens.say('location_update', wireFix(world.nowMs, 1));
	await bens.settled();
	await again.settled();
	expect(again.count('peer_location')).toBe(1);
});

test('P25 a memory that lost the pause does not make a socket see that knows of it', async () => {
	await anaPauses();
	bens.say('location_update', wireFix(T0));
	await anas.next('peer_location');
	world.nowMs += RECIPROCITY_GRACE_MS;
	await world.ephemeral.forgetPerson(meeting.id, ana.id);
	world.hub.comeBack();
	await anas.next('im_here_update');
	expect(anas.count('peer_location')).toBe(1);
});

test('P20 who sees gets the fix that came while his welcome was put together, once', async () => {
	anas.terminate();
	const { again, letCome } = await anaComesBack();
	bens.say('location_update', wireFix(T0, 7));
	await bens.settled();
	letCome();
	const { locations } = await again.next('welcome');
	expect(locations[ben.id]?.lon).toBe(wireFix(T0, 7).lon);
	await again.settled();
	expect(again.count('peer_location')).toBe(0);
});
