import { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Meeting } from '$lib/meeting';
import { Problem, WIRE_LIMITS } from '$lib/protocol';
import type { DoorLimits } from './door';
import { SOCKET_PATH } from './index';
import { refuseUpgrade, WRONG_PATH } from './refusals';
import { TestWorld, type TestInstance, type TestPerson } from './testing';
import type { TestClient } from './testing-client';
import { dialRaw } from './testing-raw';

/** What a stranger may take before anybody knows who he is; each test is named for the attack. */
let world: TestWorld;
let ana: TestPerson;
let ben: TestPerson;
let meeting: Meeting;
beforeEach(() => {
	world = new TestWorld();
	({ ana, ben, meeting } = world.addPair());
});
afterEach(() => world.close());

const HOME = '203.0.113.7';
const ELSEWHERE = '198.51.100.9';

const open = (doorLimits: Partial<DoorLimits>) => world.open({ doorLimits });

function dial(instance: TestInstance, address: string, person: TestPerson | null = ana) {
	const token = person ? `&token=${person.token}` : '';
	return instance.dial(`${SOCKET_PATH}?session_id=${meeting.id}${token}`, {
		'x-meetup-client-address': address,
	});
}

async function refusalOf(client: TestClient) {
	const { status, headers, body } = await client.refusal;
	return [status, Problem.parse(JSON.parse(body)).code, headers['retry-after']];
}

/** Look-ups that hang until they are let go, and how many of them there are. */
function hanging() {
	let release = () => {};
	const all = new Promise<void>((resolve) => (release = resolve));
	const state = { asked: 0, release: () => release() };
	world.beforeAuth = () => {
		state.asked++;
		return all;
	};
	return state;
}

describe('P8 open sockets of one address', () => {
	test('P8 hoarding: one more than an address may have is 429 with Retry-After, another address is served', async () => {
		const one = await open({ socketsPerAddress: 2 });
		const held = [dial(one, HOME, ana), dial(one, HOME, ben)];
		await Promise.all(held.map((client) => client.next('welcome')));
		expect(await refusalOf(dial(one, HOME))).toEqual([429, 'RATE_LIMIT_EXCEEDED', '30']);
		await dial(one, ELSEWHERE, ben).next('welcome'); // and takes the place of Ben's older one
		held[0]?.terminate();
		await expect.poll(() => one.ends.size, { interval: 5 }).toBe(1);
		await dial(one, HOME).next('welcome');
	});

	test('P8 both kinds of sockets count, and the whole /64 of an IPv6 address is one', async () => {
		const one = await open({ socketsPerAddress: 2 });
		await dial(one, '2001:db8:1:2::1').next('welcome');
		const inbox = one.dialInbox(`?token=${ana.token}`, {
			'x-meetup-client-address': '2001:db8:1:2::2',
		});
		await inbox.next('welcome');
		expect((await refusalOf(dial(one, '2001:db8:1:2:ffff::3')))[0]).toBe(429);
		await dial(one, '2001:db8:1:3::1').next('welcome');
	});

	test('P8 those that are still being looked up count, too: a hundred at once get no further', async () => {
		const one = await open({ socketsPerAddress: 5 });
		const { release } = hanging();
		const clients = Array.from({ length: 100 }, () => dial(one, HOME, null));
		const statuses: (number | undefined)[] = [];
		const early = clients.map(({ refusal }) => refusal.then(({ status }) => statuses.push(status)));
		// All hundred were there before the first one left: else a late one would find a free place.
		const patience = { interval: 5, timeout: 10_000 };
		await expect.poll(() => statuses.length, patience).toBe(95);
		await expect.poll(() => one.ends.size, patience).toBe(5);
		release();
		await Promise.all(early);
		expect(statuses.filter((status) => status === 401)).toHaveLength(5);
		expect(statuses.filter((status) => status === 429)).toHaveLength(95);
	});

	test('P8 without a leak: whoever is refused, breaks off or leaves is counted no more', async () => {
		const one = await world.open({ timings: { heartbeatMs: 50 } });
		const lookUps = hanging();
		const broken = Array.from({ length: 20 }, () =>
			dialRaw(one, `${SOCKET_PATH}?session_id=${meeting.id}`, [`x-meetup-client-address: ${HOME}`]),
		);
		await expect.poll(() => lookUps.asked, { interval: 5 }).toBe(20);
		for (const raw of broken) raw.resetAndDestroy();
		lookUps.release();
		await Promise.all(Array.from({ length: 20 }, () => dial(one, HOME, null).refusal));
		const insider = dial(one, HOME);
		await insider.next('welcome');
		insider.terminate();
		await expect.poll(() => one.ends.size, { interval: 5 }).toBe(0);
		expect(one.gateway.counts().callers).toBe(1); // how often it tried
		world.nowMs += 60_000;
		await expect.poll(() => one.gateway.counts().callers, { interval: 5 }).toBe(0);
	});
});

describe('P8 attempts', () => {
	test('P8 knocking on and on: twice the sockets an address may have, a minute; then 429', async () => {
		const one = await open({ socketsPerAddress: 3 });
		for (let count = 0; count < 6; count++)
			expect((await refusalOf(dial(one, HOME, null)))[0]).toBe(401);
		expect(await refusalOf(dial(one, HOME))).toEqual([429, 'RATE_LIMIT_EXCEEDED', '10']);
		expect((await refusalOf(dial(one, ELSEWHERE, null)))[0]).toBe(401);
		world.nowMs += 10_000;
		await dial(one, HOME).next('welcome');
	});

	test('P8 a flood of look-ups: one address has so many at once, and the next waits for none', async () => {
		const one = await open({ judgedPerAddress: 3 });
		const lookUps = hanging();
		const first = Array.from({ length: 3 }, () => dial(one, HOME));
		await expect.poll(() => lookUps.asked, { interval: 5 }).toBe(3);
		expect(await refusalOf(dial(one, HOME))).toEqual([429, 'RATE_LIMIT_EXCEEDED', '1']);
		const other = dial(one, ELSEWHERE, ben);
		await expect.poll(() => lookUps.asked, { interval: 5 }).toBe(4);
		lookUps.release();
		await Promise.all([other.next('welcome'), first[0]?.opened]);
	});

	test('P8 a flood from everywhere: past what is looked up at once the answer is 503', async () => {
		const one = await open({ judgedInAll: 3 });
		const lookUps = hanging();
		for (let count = 0; count < 3; count++) dial(one, `198.51.100.${count}`);
		await expect.poll(() => lookUps.asked, { interval: 5 }).toBe(3);
		expect(await refusalOf(dial(one, HOME))).toEqual([503, 'UNAVAILABLE', '1']);
		lookUps.release();
	});

	test('P8 a look-up that hangs counts until it ends, also when its socket was answered long ago', async () => {
		const one = await world.open({ doorLimits: { judgedInAll: 1 }, timings: { judgeMs: 20 } });
		const lookUps = hanging();
		expect((await refusalOf(dial(one, HOME)))[0]).toBe(503);
		expect((await refusalOf(dial(one, HOME)))[0]).toBe(503);
		expect(lookUps.asked).toBe(1);
		lookUps.release();
		await expect
			.poll(async () => {
				const client = dial(one, HOME);
				return Promise.race([client.opened.then(() => 101), client.refusal.then((r) => r.status)]);
			})
			.toBe(101);
	});
});

test('P8 a person has twenty sockets of meetings on a server, however many meetings there are', async () => {
	const one = await world.open();
	const max = WIRE_LIMITS.meetingSocketsPerPerson;
	const meetings = Array.from({ length: max + 1 }, () => world.addMeeting([ana, ben]));
	const held = meetings.slice(0, max).map((own) => one.connect(ana, own));
	await Promise.all(held.map((client) => client.next('welcome')));
	const last = meetings[max] ?? meeting;
	expect(await refusalOf(one.connect(ana, last))).toEqual([429, 'RATE_LIMIT_EXCEEDED', '10']);
	await one.connect(ben, last).next('welcome');
	held[0]?.terminate();
	await expect.poll(() => one.ends.size, { interval: 5 }).toBe(max);
	await one.connect(ana, last).next('welcome');
});

describe('P9 the time a handshake may take', () => {
	test('P9 a database that is half-open: 503 in time, and nothing of the socket stays', async () => {
		const one = await world.open({ timings: { judgeMs: 30 } });
		hanging();
		expect(await refusalOf(one.connect(ana, meeting))).toEqual([503, 'UNAVAILABLE', '1']);
		await expect.poll(() => one.ends.size, { interval: 5 }).toBe(0);
		expect(one.gateway.counts()).toMatchObject({ connections: 0, rooms: 0, allowances: 0 });
	});

	test('P9 what is found too late lets nobody in', async () => {
		const one = await world.open({ timings: { judgeMs: 30 } });
		const lookUps = hanging();
		await one.connect(ana, meeting).refusal;
		lookUps.release();
		await one.connect(ben, meeting).next('welcome');
		expect(one.gateway.counts().connections).toBe(1);
	});

	test('P9 a refusal that nobody takes: the socket is cut all the same', () => {
		vi.useFakeTimers();
		const clogged = new Duplex({ read: () => undefined, write: () => undefined });
		refuseUpgrade(clogged, WRONG_PATH);
		vi.advanceTimersByTime(1_900);
		expect(clogged.destroyed).toBe(false);
		vi.advanceTimersByTime(200);
		expect(clogged.destroyed).toBe(true);
		vi.useRealTimers();
	});

	test('P9 a welcome that cannot be put together in time: 1013', async () => {
		const one = await world.open({ timings: { welcomeMs: 30 } });
		let looks = 0;
		world.beforeFind = () => (++looks === 1 ? Promise.resolve() : new Promise(() => {}));
		world.beforePending = () => new Promise(() => {});
		const [anas, inbox] = [one.connect(ana, meeting), one.inbox(ben)];
		for (const client of [anas, inbox])
			expect(await client.closed).toEqual({ code: 1013, reason: 'overloaded' });
		expect([anas.received.length, inbox.received.length]).toEqual([0, 0]);
		expect(one.gateway.counts()).toMatchObject({ connections: 0, rooms: 0 });
	});
});
