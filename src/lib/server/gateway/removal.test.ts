import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Meeting } from '$lib/meeting';
import { Problem } from '$lib/protocol';
import { T0, TestWorld, wireFix, type TestInstance, type TestPerson } from './testing';

/** Ana and Ben on two servers; Ana, who started it, takes his seat away. */
let world: TestWorld;
let one: TestInstance;
let two: TestInstance;
let ana: TestPerson;
let ben: TestPerson;
let meeting: Meeting;

beforeEach(async () => {
	world = new TestWorld();
	const timings = { presenceGraceMs: 100 };
	[one, two] = [await world.open({ timings }), await world.open({ timings })];
	({ ana, ben, meeting } = world.addPair());
});
afterEach(() => world.close());

async function connected(instance: TestInstance, person: TestPerson) {
	const client = instance.connect(person, meeting);
	await client.next('welcome');
	return client;
}

function remove(by: TestPerson, person: TestPerson) {
	return world
		.meetingsOver(one.bus)
		.change(meeting.id, { type: 'remove', by: by.id, personId: person.id, atMs: T0 });
}

describe('P54 a participant who is removed', () => {
	test('P54 the others hear it, then his socket is closed with 4403, on every server', async () => {
		const anas = await connected(one, ana);
		const bens = await connected(two, ben);
		await remove(ana, ben);
		expect(await anas.next('participant_removed')).toEqual({ user_id: ben.id });
		expect((await anas.next('session_updated')).status).toBe('PENDING');
		expect(await bens.closed).toEqual({ code: 4403, reason: 'removed' });
		expect(bens.count('participant_removed') + bens.count('session_updated')).toBe(0);
		await anas.settled();
	});

	test('P54 he is refused before the upgrade from then on', async () => {
		await connected(one, ben);
		await remove(ana, ben);
		const { status, body } = await two.connect(ben, meeting).refusal;
		expect([status, Problem.parse(JSON.parse(body)).code]).toEqual([403, 'NOT_A_PARTICIPANT']);
	});

	test('P54 whose socket was just opening sees nothing', async () => {
		let looks = 0;
		world.beforeFind = async () => {
			if (++looks === 2) await remove(ana, ben);
		};
		const bens = two.connect(ben, meeting);
		expect([(await bens.closed).code, bens.received.length]).toEqual([4403, 0]);
	});

	test('P54 who has no socket is removed all the same', async () => {
		const anas = await connected(one, ana);
		expect((await remove(ana, ben)).ok).toBe(true);
		expect(await anas.next('participant_removed')).toEqual({ user_id: ben.id });
	});

	test.each([
		['while he is there', false],
		['within the grace after his socket broke', true],
	])('P54 he is not called offline on top of it, removed %s', async (_, isAway) => {
		const anas = await connected(one, ana);
		const bens = await connected(one, ben);
		if (isAway) {
			bens.terminate();
			await expect.poll(() => one.gateway.counts().connections, { interval: 1 }).toBe(1);
		}
		await remove(ana, ben);
		await bens.closed;
		// Somebody else who goes after him is called offline: his own grace would have ended before.
		const eve = world.addPerson('Eve');
		const other = world.addMeeting([ana, eve]);
		const [watching, eves] = [one.connect(ana, other), one.connect(eve, other)];
		await Promise.all([watching.next('welcome'), eves.next('welcome')]);
		eves.terminate();
		while ((await watching.next('presence_update')).status !== 'offline');
		const offline = anas.received.filter(
			(message) => message.type === 'presence_update' && message.payload.status === 'offline',
		);
		expect(offline).toEqual([]);
		expect((await world.ephemeral.traces(meeting.id)).has(ben.id)).toBe(false);
	});
});

describe('P55 removing', () => {
	test('P55 deletes his location and closes the window of "I’m here"', async () => {
		const anas = await connected(one, ana);
		const bens = await connected(two, ben);
		bens.say('location_update', wireFix(T0));
		await anas.next('peer_location');
		bens.say('im_here', { manual: true });
		await anas.next('im_here_update');
		await remove(ana, ben);
		await anas.next('participant_removed');
		await bens.closed;
		const welcome = await one.connect(ana, meeting).next('welcome');
		expect(welcome).toMatchObject({ session: { status: 'PENDING' }, im_here: null, locations: {} });
		expect(welcome.participants.map(({ user_id }) => user_id)).toEqual([ana.id]);
	});

	test('P55 P42 who is left alone meets nobody, also not by hand', async () => {
		const anas = await connected(one, ana);
		const bens = await connected(two, ben);
		anas.say('im_here', { manual: true });
		await bens.next('im_here_update');
		await remove(ana, ben);
		anas.say('im_here', { manual: true });
		expect(await anas.next('error')).toMatchObject({ code: 'NOT_ACTIVE', ref: 'im_here' });
		expect(world.meetings.get(meeting.id)?.status).toBe('PENDING');
	});

	test('P55 a press from before does not meet whoever takes the seat next', async () => {
		const anas = await connected(one, ana);
		const bens = await connected(two, ben);
		anas.say('im_here', { manual: true });
		await bens.next('im_here_update');
		await remove(ana, ben);
		const eve = world.addPerson('Eve');
		await world.meetingsOver(one.bus).change(meeting.id, { type: 'join', by: eve.id, atMs: T0 });
		const eves = await connected(two, eve);
		eves.say('im_here', { manual: true });
		expect(await eves.next('im_here_update')).toMatchObject({ user_ids: [eve.id] });
		expect(world.meetings.get(meeting.id)?.status).toBe('ACTIVE');
	});

	test('P55 is the creator’s alone', async () => {
		const bens = await connected(two, ben);
		expect(await remove(ben, ana)).toEqual({ ok: false, code: 'NOT_THE_CREATOR' });
		await bens.settled();
		expect(bens.count('participant_removed')).toBe(0);
	});

	test('P55 who takes the seat again, by a new invite, is in it like anybody new', async () => {
		const anas = await connected(one, ana);
		const bens = await connected(two, ben);
		await remove(ana, ben);
		await bens.closed;
		await world.meetingsOver(one.bus).change(meeting.id, { type: 'join', by: ben.id, atMs: T0 });
		await connected(two, ben);
		expect(await anas.next('presence_update')).toMatchObject({ status: 'online' }); // from before
		expect(await anas.next('presence_update')).toMatchObject({ participant: { user_id: ben.id } });
		expect(await anas.next('presence_update')).toMatchObject({ status: 'online' });
	});
});
