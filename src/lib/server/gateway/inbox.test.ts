import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
	instant,
	Problem,
	publicUser,
	requestToWire,
	sessionToWire,
	WIRE_LIMITS,
	type PersonalNews,
} from '$lib/protocol';
import { personChannel } from '$lib/server/bus';
import type { RequestView } from '$lib/server/requests';
import { T0, TestWorld, type TestInstance, type TestPerson } from './testing';

let world: TestWorld;
let one: TestInstance;
let two: TestInstance;
let ana: TestPerson;
let ben: TestPerson;
beforeEach(async () => {
	world = new TestWorld();
	one = await world.open();
	two = await world.open();
	ana = world.addPerson('Ana');
	ben = world.addPerson('Ben');
});
afterEach(() => world.close());

/** What others may know of somebody in this world. */
const known = ({ id, displayName }: TestPerson) => ({
	id,
	handle: displayName.toLowerCase(),
	displayName,
});

/** Ben asks Ana. */
function asked(note: string | null = null): RequestView {
	const request = {
		id: randomUUID(),
		fromId: ben.id,
		toId: ana.id,
		status: 'PENDING' as const,
		note,
		destination: null,
		createdAtMs: T0,
		expiresAtMs: T0 + 600_000,
		answeredAtMs: null,
		meetingId: null,
	};
	return { request, from: known(ben), to: known(ana) };
}

const onWire = ({ request, from, to }: RequestView) => requestToWire(request, from, to);

/** As a use case tells somebody, on any server. */
function tell(person: TestPerson, news: PersonalNews, at = two): void {
	at.bus.publish(personChannel(person.id), { kind: 'news', news });
}

const changed = (note: string): PersonalNews => ({
	type: 'request_changed',
	payload: onWire(asked(note)),
});

async function refusalOf(refusal: Promise<{ status: number; body: string }>) {
	const { status, body } = await refusal;
	const problem = Problem.parse(JSON.parse(body));
	return [status, problem.code];
}

describe('who may come in', () => {
	test('I1 401 without a login, by whatever way', async () => {
		const nobody = one.dialInbox('');
		const wrong = one.dialInbox('', { authorization: 'Bearer x' });
		for (const client of [nobody, wrong])
			expect(await refusalOf(client.refusal)).toEqual([401, 'UNAUTHENTICATED']);
	});

	test.each([undefined, 'null', 'https://evil.example', 'http://127.0.0.1:1'])(
		'I1 a cookie needs our Origin, which %s is not',
		async (origin) => {
			const headers = { cookie: `login=${ana.token}`, ...(origin !== undefined && { origin }) };
			const { refusal } = one.dialInbox('', headers);
			expect(await refusalOf(refusal)).toEqual([403, 'FORBIDDEN_ORIGIN']);
		},
	);

	test('I1 with a token, in header or address, any Origin is fine', async () => {
		const origin = 'https://elsewhere.example';
		const byHeader = one.dialInbox('', { origin, authorization: `Bearer ${ana.token}` });
		const byQuery = one.dialInbox(`?token=${ana.token}`, { origin });
		await Promise.all([byHeader.next('welcome'), byQuery.next('welcome')]);
	});

	test('I1 503 while draining, and when nobody can be looked up', async () => {
		await one.gateway.close();
		expect(await refusalOf(one.inbox(ana).refusal)).toEqual([503, 'DRAINING']);
		world.beforeAuth = () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.1'));
		const { status, headers, body } = await two.inbox(ana).refusal;
		expect([status, headers['retry-after']]).toEqual([503, '1']);
		expect(body).not.toContain('10.0.0.1');
	});

	test('I2 the eleventh socket of a person is refused, and one that closes makes room', async () => {
		const open = Array.from({ length: WIRE_LIMITS.inboxesPerPerson }, () => one.inbox(ana));
		await Promise.all(open.map((client) => client.next('welcome')));
		expect(await refusalOf(one.inbox(ana).refusal)).toEqual([429, 'RATE_LIMIT_EXCEEDED']);
		await one.inbox(ben).next('welcome');
		open[0]?.terminate();
		await expect.poll(() => one.gateway.counts().connections, { interval: 5 }).toBe(10);
		await one.inbox(ana).next('welcome');
	});

	test('I2 thirty at once: no more than ten come in', async () => {
		let goOn = () => {};
		const all = new Promise<void>((resolve) => (goOn = resolve));
		let waiting = 0;
		world.beforeAuth = () => {
			if (++waiting === 30) goOn();
			return all;
		};
		const knocking = Array.from({ length: 30 }, () => one.inbox(ana));
		const outcomes = await Promise.all(
			knocking.map((client) =>
				Promise.race([client.opened.then(() => 'in'), client.refusal.then(() => 'out')]),
			),
		);
		expect(outcomes.filter((outcome) => outcome === 'in')).toHaveLength(10);
	});
});

describe('the first word', () => {
	test('I3 one welcome: open requests, and running meetings with whom', async () => {
		const view = asked('Coffee?');
		world.requests.push(view);
		const meeting = world.addMeeting([ben, ana]);
		world.addMeeting([ana, ben], { status: 'ENDED', endedAtMs: T0 });
		world.addMeeting([ben]);
		const welcome = await one.inbox(ana).next('welcome');
		expect(welcome).toEqual({
			protocol: 1,
			server_time: instant(T0),
			self: { user_id: ana.id },
			requests: [onWire(view)],
			sessions: [{ session: sessionToWire(meeting), with: [publicUser(known(ben))] }],
		});
	});

	test('I3 what happens while it is put together follows it, in order', async () => {
		let goOn = () => {};
		const read = new Promise<void>((resolve) => {
			world.beforePending = () => {
				resolve();
				return new Promise((answer) => (goOn = answer));
			};
		});
		const anas = one.inbox(ana);
		await read;
		tell(ana, changed('first'));
		tell(ana, changed('second'));
		goOn();
		await anas.next('welcome');
		await anas.next('request_changed');
		await anas.next('request_changed');
		const notes = anas.received.map((message) =>
			message.type === 'request_changed' ? message.payload.note : message.type,
		);
		expect(notes).toEqual(['welcome', 'first', 'second']);
	});

	test('I3 a login that was revoked meanwhile gets none', async () => {
		const { bus } = one;
		const slow = await world.open({
			bus: {
				...bus,
				async subscribe(channel, listener) {
					world.logins.delete(ana.token);
					return bus.subscribe(channel, listener);
				},
			},
		});
		const anas = slow.inbox(ana);
		const closed = await anas.closed;
		expect([closed.code, anas.received.length]).toEqual([4401, 0]);
	});

	test('I3 a fault while it is read closes that one socket with 1011', async () => {
		world.beforePending = () => Promise.reject(new Error('a bug'));
		expect((await one.inbox(ana).closed).code).toBe(1011);
	});
});

describe('news', () => {
	test('I4 every open page of the person hears it, on every server, and nobody else', async () => {
		const pages = [one.inbox(ana), one.inbox(ana), two.inbox(ana)];
		const bens = one.inbox(ben);
		await Promise.all([...pages, bens].map((client) => client.next('welcome')));
		const meeting = world.addMeeting([ana, ben]);
		const started: PersonalNews = {
			type: 'session_started',
			payload: { session: sessionToWire(meeting), with: [publicUser(known(ben))] },
		};
		const ended: PersonalNews = {
			type: 'session_ended',
			payload: { session_id: meeting.id, reason: 'USER_ACTION', ended_at: instant(T0) },
		};
		for (const news of [changed('Coffee?'), started, ended]) tell(ana, news);
		for (const page of pages) {
			expect((await page.next('request_changed')).note).toBe('Coffee?');
			expect(await page.next('session_started')).toEqual(started.payload);
			expect(await page.next('session_ended')).toEqual(ended.payload);
		}
		await bens.settled();
		expect(bens.received.map(({ type }) => type)).toEqual(['welcome', 'pong']);
	});

	test('I4 a reader that never reads ends with 1013', async () => {
		const anas = one.inbox(ana);
		await anas.next('welcome');
		anas.socket.pause();
		const isClogged = () => one.gateway.counts().connections === 0;
		for (let count = 0; count < 2_000 && !isClogged(); count++) {
			tell(ana, changed('x'.repeat(60_000)), one);
			await new Promise((resolve) => setImmediate(resolve));
		}
		anas.socket.resume();
		expect((await anas.closed).code).toBe(1013);
	});
});

describe('what a client says', () => {
	const ping = JSON.stringify({ type: 'ping', payload: {} });

	test('I5 ping is answered with pong', async () => {
		const anas = one.inbox(ana);
		await anas.next('welcome');
		anas.say('ping', { client_ts_ms: 7 });
		expect(await anas.next('pong')).toEqual({ client_ts_ms: 7, server_time: instant(T0) });
		anas.raw(ping);
		expect((await anas.next('pong')).client_ts_ms).toBeNull();
	});

	test('I5 everything else is passed over, without a word', async () => {
		const anas = one.inbox(ana);
		await anas.next('welcome');
		for (const frame of ['{', '[]', '{"type":"teleport"}', '{"type":"im_here"}', Buffer.from(ping)])
			anas.raw(frame);
		await anas.settled();
		expect(anas.received.map(({ type }) => type)).toEqual(['welcome', 'pong']);
	});

	test('I5 garbage, a flood and a giant end the socket as in a meeting', async () => {
		const garbage = one.inbox(ana);
		await garbage.next('welcome');
		for (let count = 0; count < WIRE_LIMITS.badFramesMax; count++) garbage.raw('{');
		expect((await garbage.closed).code).toBe(4400);
		const flood = one.inbox(ben);
		await flood.next('welcome');
		for (let count = 0; count < 10 + WIRE_LIMITS.floodFramesMax; count++) flood.raw(ping);
		expect((await flood.closed).code).toBe(4400);
		expect(flood.count('pong')).toBe(10);
		const giant = one.inbox(world.addPerson('Cem'));
		await giant.next('welcome');
		giant.raw(ping.padEnd(WIRE_LIMITS.frameHardMaxBytes + 1));
		expect((await giant.closed).code).toBe(1009);
	});

	test('I5 reconnecting does not fill the bucket', async () => {
		const before = one.inbox(ana);
		await before.next('welcome');
		for (let count = 0; count < 11; count++) before.raw(ping);
		for (let count = 0; count < 10; count++) await before.next('pong');
		before.terminate();
		await before.closed;
		const again = one.inbox(ana);
		await again.next('welcome');
		again.raw(ping);
		world.nowMs += 1_000;
		await again.settled();
		expect(again.count('pong')).toBeLessThanOrEqual(2);
	});
});

describe('goodbyes', () => {
	test('I6 a revoked login closes its sockets with 4401, on every server; others stay', async () => {
		const mine = [one.inbox(ana), two.inbox(ana)];
		const bens = one.inbox(ben);
		await Promise.all([...mine, bens].map((client) => client.next('welcome')));
		two.bus.publish(personChannel(ana.id), { kind: 'login_revoked', loginId: ana.loginId });
		for (const client of mine)
			expect(await client.closed).toEqual({ code: 4401, reason: 'login_revoked' });
		two.bus.publish(personChannel(ben.id), { kind: 'login_revoked', loginId: 'another device' });
		await bens.settled();
	});

	test('I6 before a restart they are closed with 1012', async () => {
		const anas = one.inbox(ana);
		await anas.next('welcome');
		await one.gateway.close();
		expect((await anas.closed).code).toBe(1012);
	});

	test('I6 a socket that answers no ping is closed with 4408', async () => {
		const quick = await world.open({ timings: { heartbeatMs: 20, goodbyeMs: 20 } });
		const anas = quick.inbox(ana);
		await anas.next('welcome');
		// A paused socket reads no ping, and so answers none.
		anas.socket.pause();
		await expect.poll(() => quick.gateway.counts().connections, { interval: 5 }).toBe(0);
		anas.socket.resume();
		expect((await anas.closed).code).toBe(4408);
	});

	test('when all are gone nothing stays behind', async () => {
		const both = [one.inbox(ana), one.inbox(ana)];
		await Promise.all(both.map((client) => client.next('welcome')));
		expect(one.gateway.counts()).toMatchObject({ connections: 2, rooms: 0, allowances: 1 });
		for (const client of both) client.terminate();
		await expect.poll(() => one.gateway.counts().connections, { interval: 5 }).toBe(0);
		tell(ana, changed('nobody hears it'), one);
	});
});
