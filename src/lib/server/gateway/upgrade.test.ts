import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Problem } from '$lib/protocol';
import { SOCKET_PATH } from './index';
import { T0, TestWorld, type TestInstance } from './testing';
import type { TestClient } from './testing-client';
import { dialRaw, frameOf } from './testing-raw';

let world: TestWorld;
let instance: TestInstance;
beforeEach(async () => {
	world = new TestWorld();
	instance = await world.open();
});
afterEach(() => world.close());

const address = (meetingId: string, more = '') => `${SOCKET_PATH}?session_id=${meetingId}${more}`;

async function refusalOf(client: TestClient) {
	const { status, headers, body } = await client.refusal;
	expect(headers['content-type']).toBe('application/problem+json');
	const problem = Problem.parse(JSON.parse(body));
	expect(problem.status).toBe(status);
	return [status, problem.code];
}

test('P1 there is a socket at one path only', async () => {
	for (const path of ['/', '/api/v1/ws', '/api/v1/ws/meetup/', '//', '/%zz'])
		expect(await refusalOf(instance.dial(path)), path).toEqual([404, 'NOT_FOUND']);
});

describe('P2 refusals before the upgrade', () => {
	test('P2 400 for an id that is none', async () => {
		const { ana } = world.addPair();
		const bearer = { authorization: `Bearer ${ana.token}` };
		for (const query of ['', '?session_id=', '?session_id=abc', `?id=${randomUUID()}`])
			expect(await refusalOf(instance.dial(SOCKET_PATH + query, bearer))).toEqual([
				400,
				'INVALID_ID',
			]);
	});

	test('P2 401 without a login, and with one that is not known', async () => {
		const { meeting } = world.addPair();
		const at = address(meeting.id);
		expect(await refusalOf(instance.dial(at))).toEqual([401, 'UNAUTHENTICATED']);
		const wrong = instance.dial(at, { authorization: 'Bearer x' });
		expect(await refusalOf(wrong)).toEqual([401, 'UNAUTHENTICATED']);
	});

	test('P2 401 comes before 404: a stranger learns nothing of meetings', async () => {
		expect(await refusalOf(instance.dial(address(randomUUID())))).toEqual([401, 'UNAUTHENTICATED']);
	});

	test('P2 404 for a meeting that is not known', async () => {
		const { ana } = world.addPair();
		const client = instance.dial(address(randomUUID(), `&token=${ana.token}`));
		expect(await refusalOf(client)).toEqual([404, 'NOT_FOUND']);
	});

	test('P2 403 for somebody who has no seat', async () => {
		const { meeting } = world.addPair();
		const eve = world.addPerson('Eve');
		expect(await refusalOf(instance.connect(eve, meeting))).toEqual([403, 'NOT_A_PARTICIPANT']);
	});

	test('P2 410 for a meeting that ended or is past its end time', async () => {
		const { ana } = world.addPair();
		const ended = world.addMeeting([ana], { status: 'ENDED', endedAtMs: T0 });
		const overdue = world.addMeeting([ana], { expiresAtMs: T0 });
		for (const meeting of [ended, overdue])
			expect(await refusalOf(instance.connect(ana, meeting))).toEqual([410, 'MEETING_ENDED']);
	});

	test('P2 503 when the database is away, without a word about why', async () => {
		const { ana, meeting } = world.addPair();
		world.beforeFind = () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.1'));
		const { status, headers, body } = await instance.connect(ana, meeting).refusal;
		expect([status, headers['retry-after']]).toEqual([503, '1']);
		expect(body).not.toContain('10.0.0.1');
	});
});

describe('P3 a cookie needs our Origin', () => {
	const dialFrom = (origin: string | undefined, at = instance) => {
		const { ana, meeting } = world.addPair();
		const cookie = `login=${ana.token}`;
		return at.dial(address(meeting.id), { cookie, ...(origin !== undefined && { origin }) });
	};

	test.each([
		['of another site', 'https://evil.example'],
		['of a sandboxed page', 'null'],
		['of another port', 'http://127.0.0.1:1'],
		['that is none', 'x'],
		['that is missing', undefined],
	])('P3 cross-site hijack: an Origin %s is refused', async (_name, origin) => {
		expect(await refusalOf(dialFrom(origin))).toEqual([403, 'FORBIDDEN_ORIGIN']);
	});

	test('P3 an Origin whose host is the Host asked for is ours', async () => {
		await dialFrom(`http://${instance.host}`).next('welcome');
	});

	test('P3 with ORIGIN set only that one is ours', async () => {
		const strict = await world.open({ origin: 'https://meet.example' });
		await dialFrom('https://meet.example', strict).next('welcome');
		const other = dialFrom(`http://${strict.host}`, strict);
		expect(await refusalOf(other)).toEqual([403, 'FORBIDDEN_ORIGIN']);
	});
});

test.each([undefined, 'null', 'https://elsewhere.example'])(
	'P4 with a token any Origin is fine: %s',
	async (origin) => {
		const { ana, meeting } = world.addPair();
		const headers = { ...(origin !== undefined && { origin }) };
		const byQuery = instance.dial(address(meeting.id, `&token=${ana.token}`), headers);
		await byQuery.next('welcome');
		const authorization = `Bearer ${ana.token}`;
		await instance.dial(address(meeting.id), { ...headers, authorization }).next('welcome');
	},
);

test('P4 a pending meeting is open to its creator', async () => {
	const ana = world.addPerson('Ana');
	const welcome = await instance.connect(ana, world.addMeeting([ana])).next('welcome');
	expect(welcome.session.status).toBe('PENDING');
});

test('a socket that breaks while it is judged leaves nothing behind', async () => {
	const { ana, meeting } = world.addPair();
	const asked = new Promise<void>((resolve) => {
		world.beforeAuth = async () => {
			resolve();
			await broken;
		};
	});
	let goOn = () => {};
	const broken = new Promise<void>((resolve) => (goOn = resolve));
	const raw = dialRaw(instance, address(meeting.id, `&token=${ana.token}`));
	await asked;
	raw.resetAndDestroy();
	await new Promise((resolve) => raw.once('close', resolve));
	world.beforeAuth = async () => {};
	goOn();
	await instance.connect(ana, meeting).next('welcome');
	await expect.poll(() => instance.gateway.counts().connections, { interval: 5 }).toBe(1);
});

test('P5 a frame sent before the upgrade was answered is not lost', async () => {
	const { ana, ben, meeting } = world.addPair();
	const bens = instance.connect(ben, meeting);
	await bens.next('welcome');
	let looks = 0;
	world.beforeFind = async () => {
		// While the state is read the loop turns often enough for every byte to have come.
		if (++looks === 2) for (let count = 0; count < 5; count++) await bens.settled();
	};
	const raw = dialRaw(instance, address(meeting.id, `&token=${ana.token}`));
	raw.write(frameOf(JSON.stringify({ type: 'ping', payload: { client_ts_ms: 7 } })));
	let got = '';
	const answered = new Promise<void>((resolve) =>
		raw.on('data', (chunk) => {
			got += chunk.toString('latin1');
			if (got.includes('"client_ts_ms":7')) resolve();
		}),
	);
	await answered;
	expect(got.indexOf('"welcome"')).toBeGreaterThan(0);
	expect(got.indexOf('"welcome"')).toBeLessThan(got.indexOf('"pong"'));
	raw.destroy();
});

test('P63 while draining new sockets are refused with 503', async () => {
	const { ana, meeting } = world.addPair();
	await instance.gateway.close();
	expect(await refusalOf(instance.connect(ana, meeting))).toEqual([503, 'DRAINING']);
});
