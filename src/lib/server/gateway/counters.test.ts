import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Meeting } from '$lib/meeting';
import { instant, WIRE_LIMITS } from '$lib/protocol';
import { meetingChannel } from '$lib/server/bus';
import { createCounters, type Counters } from '$lib/server/counters';
import { fixFrame } from '$lib/server/fix-frames';
import { SOCKET_PATH } from './index';
import { T0, TestWorld, wireFix, type TestInstance, type TestPerson } from './testing';
import type { TestClient } from './testing-client';
import { enterRaw, frameOf, OPCODE } from './testing-raw';

/** Each counter counts what it says, by what real sockets do. */
let world: TestWorld;
let one: TestInstance;
let counters: Counters;
let ana: TestPerson;
let ben: TestPerson;
let meeting: Meeting;
let anas: TestClient;
let bens: TestClient;
beforeEach(async () => {
	world = new TestWorld();
	one = await world.open({ timings: { goodbyeMs: 100 }, doorLimits: { socketsPerAddress: 30 } });
	({ counters } = one);
	({ ana, ben, meeting } = world.addPair());
	anas = one.connect(ana, meeting);
	await anas.next('welcome');
	bens = one.connect(ben, meeting);
	await bens.next('welcome');
});
afterEach(() => world.close());

/** What was counted since `before`, without what was not. */
function since(before: object, after: object = counters): object {
	const earlier = new Map<string, unknown>(Object.entries(before));
	const grown: Record<string, unknown> = {};
	for (const [name, value] of Object.entries(after) as [string, unknown][]) {
		const old = earlier.get(name);
		if (typeof value === 'number' && typeof old === 'number' && value !== old)
			grown[name] = value - old;
		else if (value && old && typeof value === 'object' && typeof old === 'object') {
			const inner = since(old, value);
			if (Object.keys(inner).length > 0) grown[name] = inner;
		}
	}
	return grown;
}

test('at the start all are zero, and none is of one person', async () => {
	const fresh = JSON.stringify(createCounters());
	expect(fresh.match(/\d+/g)?.filter((digits) => digits !== '0')).toEqual([
		'400',
		'401',
		'403',
		'404',
		'410',
		'429',
		'503',
	]);
	const before = structuredClone(counters);
	anas.say('location_update', wireFix(T0));
	await bens.next('peer_location');
	const now = JSON.stringify(counters);
	for (const trace of [ana.id, ben.id, meeting.id, '52.5', '13.4'])
		expect(now).not.toContain(trace);
	expect(Object.keys(counters)).toEqual(Object.keys(before));
});

test('a fix: one frame in, one accepted, one pushed to the other', async () => {
	const before = structuredClone(counters);
	for (let count = 0; count < 3; count++) anas.say('location_update', wireFix(T0 + count));
	await anas.settled();
	expect(since(before)).toEqual({ framesIn: 4, fixesAccepted: 3, fixesPushed: 3 });
});

test('a fix on the longer way counts the same, and one that nobody may see is not pushed', async () => {
	bens.say('sharing_update', { state: 'hidden' });
	await anas.next('peer_sharing');
	world.nowMs += 60_000;
	const before = structuredClone(counters);
	const payload = { ...wireFix(world.nowMs), mood: 'fine' };
	anas.raw(JSON.stringify({ type: 'location_update', payload }));
	await anas.settled();
	expect(since(before)).toEqual({ framesIn: 2, fixesAccepted: 1 });
});

test('fixes are refused by code', async () => {
	const before = structuredClone(counters);
	anas.say('location_update', { ...wireFix(T0), lat: 91 });
	anas.raw(
		JSON.stringify({ type: 'location_update', payload: { ...wireFix(T0), lon: 181, x: 1 } }),
	);
	anas.say('sharing_update', { state: 'paused' });
	await anas.settled();
	world.nowMs += 60_000;
	anas.say('location_update', wireFix(world.nowMs));
	await anas.settled();
	world.nowMs = meeting.expiresAtMs;
	anas.say('location_update', wireFix(world.nowMs));
	await anas.settled();
	const codes = { INVALID_LOCATION: 2, SHARING_PAUSED: 1, MEETING_ENDED: 1 };
	expect(since(before)).toEqual({ framesIn: 8, framesRefused: codes, fixesRefused: codes });
});

test('frames are refused by code, on an inbox too', async () => {
	const inbox = one.inbox(ana);
	await inbox.next('welcome');
	const before = structuredClone(counters);
	anas.raw('{');
	anas.raw(Buffer.from('{}'));
	anas.say('im_here', {});
	for (let count = 0; count < 11; count++) bens.say('ping', {});
	inbox.raw('[]');
	await inbox.settled();
	await anas.settled();
	await bens.next('error');
	expect(since(before)).toEqual({
		framesIn: 3 + 11 + 2 + 1,
		framesRefused: { INVALID_PAYLOAD: 3, NO_RECENT_LOCATION: 1, RATE_LIMIT_EXCEEDED: 1 },
	});
});

test('for a reader who is slow: what was pushed is what arrives and what a newer one replaced', async () => {
	bens.terminate();
	await bens.closed;
	const raw = await enterRaw(one, `${SOCKET_PATH}?session_id=${meeting.id}&token=${ben.token}`);
	raw.pause();
	await expect.poll(() => one.gateway.counts().connections, { interval: 5 }).toBe(2);
	await anas.settled();
	let count = 0;
	while (counters.fixesConflated < 100 && count < 300_000) {
		const server_time = instant(T0 + ++count);
		const frame = fixFrame(ana.id, { ...wireFix(T0 + count), client_ts_ms: count, server_time });
		one.bus.relay(meetingChannel(meeting.id), { kind: 'fix', personId: ana.id, frame });
		if (count % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
	}
	expect(counters.fixesPushed).toBe(count);
	expect(counters.fixesConflated).toBe(100);
	let got = '';
	let arrived = 0;
	raw.on('data', (chunk: Buffer) => {
		const texts = (got + chunk.toString('latin1')).split('"type":"peer_location"');
		arrived += texts.length - 1;
		got = texts.at(-1) ?? '';
	});
	raw.resume();
	await expect.poll(() => got, { interval: 5 }).toContain(`"client_ts_ms":${count}`);
	expect(arrived).toBe(count - 100);
	raw.destroy();
});

describe('sockets are closed by reason', () => {
	const path = () => `${SOCKET_PATH}?session_id=${meeting.id}&token=${ana.token}`;

	test.each<[keyof Counters['socketsClosed'], () => unknown]>([
		['left', () => anas.socket.close()],
		['left', () => anas.terminate()],
		['replaced', () => void one.connect(ana, meeting)],
		['tooBig', () => anas.raw('x'.repeat(WIRE_LIMITS.frameHardMaxBytes + 1))],
		['abuse', () => Array.from({ length: WIRE_LIMITS.badFramesMax }, () => anas.raw('{'))],
		['loginRevoked', () => one.bus.publish(`user:${ana.id}`, { kind: 'person_deleted' })],
	])('%s', async (reason, closeIt) => {
		expect(counters.socketsOpened).toBe(2);
		closeIt();
		await anas.closed;
		await expect.poll(() => counters.socketsClosed[reason], { interval: 5 }).toBe(1);
		const all = Object.values(counters.socketsClosed).reduce((sum, count) => sum + count, 0);
		expect(all).toBe(1);
	});

	test.each<[keyof Counters['socketsClosed'], Buffer]>([
		['brokenFrame', frameOf('x', 3 as typeof OPCODE.text)],
		[
			'tooManyPieces',
			Buffer.concat(
				Array.from({ length: WIRE_LIMITS.fragmentsMax + 1 }, (_, count) =>
					frameOf('', count ? OPCODE.continuation : OPCODE.text, false),
				),
			),
		],
	])('%s', async (reason, bytes) => {
		const raw = await enterRaw(one, path());
		await anas.closed;
		raw.resume().write(bytes);
		await expect.poll(() => counters.socketsClosed[reason], { interval: 5 }).toBe(1);
	});

	test('ended and restart, each socket once', async () => {
		anas.say('end_session', {});
		await Promise.all([anas.closed, bens.closed]);
		expect(counters.socketsClosed.ended).toBe(2);
		const inbox = one.inbox(ana);
		await inbox.next('welcome');
		await one.gateway.close();
		expect([counters.socketsOpened, counters.socketsClosed.restart]).toEqual([3, 1]);
	});
});

test('upgrades are refused by status', async () => {
	const before = structuredClone(counters);
	const ended = world.addMeeting([ana], { status: 'ENDED' });
	const byToken = ({ token }: TestPerson, id: string) =>
		`${SOCKET_PATH}?session_id=${id}&token=${token}`;
	const refusals = [
		one.dial('/elsewhere'),
		one.dial(`${SOCKET_PATH}?session_id=1`),
		one.dial(`${SOCKET_PATH}?session_id=${meeting.id}`),
		one.dial(byToken(ana, randomUUID())),
		one.dial(byToken(world.addPerson('Eve'), meeting.id)),
		one.dial(byToken(ana, ended.id)),
	];
	for (const client of refusals) await client.refusal;
	expect(since(before)).toEqual({
		upgradesRefused: { 400: 1, 401: 1, 403: 1, 404: 2, 410: 1 },
	});
	world.beforeFind = () => Promise.reject(new Error('the database is away'));
	await one.connect(ana, meeting).refusal;
	for (let count = 0; count < 60; count++) await one.dial(`${SOCKET_PATH}?session_id=1`).refusal;
	expect(counters.upgradesRefused[503]).toBe(1);
	// Sixty attempts a minute are looked at; eight were before, of which two are sockets now.
	expect(counters.upgradesRefused[429]).toBe(8);
	expect(counters.socketsOpened).toBe(2);
});
