import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Meeting } from '$lib/meeting';
import { WIRE_LIMITS, type ServerMessage } from '$lib/protocol';
import { meetingChannel } from '$lib/server/bus';
import { T0, TestWorld, wireFix, type TestInstance, type TestPerson } from './testing';
import type { TestClient } from './testing-client';

/** What a stranger, a broken client or a slow phone may try; each test is named for it. */
let world: TestWorld;
let one: TestInstance;
let ana: TestPerson;
let ben: TestPerson;
let meeting: Meeting;
let anas: TestClient;
let bens: TestClient;
beforeEach(async () => {
	world = new TestWorld();
	one = await world.open({ timings: { goodbyeMs: 5_000 } });
	({ ana, ben, meeting } = world.addPair());
	anas = one.connect(ana, meeting);
	await anas.next('welcome');
	bens = one.connect(ben, meeting);
	await bens.next('welcome');
});
afterEach(() => world.close());

const ping = JSON.stringify({ type: 'ping', payload: {} });

test.each([
	['not JSON', '{', null],
	['an array', '[]', null],
	['a bare null', 'null', null],
	['a frame without a type', '{"payload":{}}', null],
	['a fix without a latitude', '{"type":"location_update","payload":{"lon":1}}', 'location_update'],
	[
		'a latitude that is a string',
		JSON.stringify({ type: 'location_update', payload: { ...wireFix(T0), lat: '52' } }),
		'location_update',
	],
	[
		'a latitude of NaN',
		JSON.stringify({ type: 'location_update', payload: { ...wireFix(T0), lat: NaN } }),
		'location_update',
	],
	['an unknown state', '{"type":"sharing_update","payload":{"state":"x"}}', 'sharing_update'],
	['a payload of null', '{"type":"sharing_update","payload":null}', 'sharing_update'],
])('P10 %s: INVALID_PAYLOAD, and the socket stays', async (_name, frame, ref) => {
	anas.raw(frame);
	const error = await anas.next('error');
	expect([error.code, error.ref]).toEqual(['INVALID_PAYLOAD', ref]);
	await anas.settled();
});

test('P10 a binary frame: INVALID_PAYLOAD', async () => {
	anas.raw(Buffer.from(ping));
	expect((await anas.next('error')).code).toBe('INVALID_PAYLOAD');
});

test('P10 a frame of more than 4 KiB: INVALID_PAYLOAD; one of exactly 4 KiB is read', async () => {
	anas.raw(ping.padEnd(WIRE_LIMITS.frameMaxBytes));
	await anas.next('pong');
	anas.raw(ping.padEnd(WIRE_LIMITS.frameMaxBytes + 1));
	expect((await anas.next('error')).code).toBe('INVALID_PAYLOAD');
});

test('P11 types and fields of the future are ignored', async () => {
	anas.raw('{"type":"teleport","payload":{"to":"mars"}}');
	anas.raw('{"type":"constructor","payload":{}}');
	anas.raw(
		JSON.stringify({ type: 'location_update', payload: { ...wireFix(T0), mood: 'fine' }, id: 7 }),
	);
	expect(await bens.next('peer_location')).not.toHaveProperty('mood');
	await anas.settled();
	expect(anas.count('error')).toBe(0);
});

test('P12 a frame of more than 64 KiB ends the socket with 1009', async () => {
	anas.raw(ping.padEnd(WIRE_LIMITS.frameHardMaxBytes + 1));
	expect((await anas.closed).code).toBe(1009);
});

test('P13 garbage: 50 frames that cannot be read in 10 s end the socket with 4400', async () => {
	for (let count = 0; count < WIRE_LIMITS.badFramesMax; count++) anas.raw('{');
	expect(await anas.closed).toEqual({ code: 4400, reason: 'protocol_abuse' });
	expect(anas.count('error')).toBe(WIRE_LIMITS.badFramesMax - 1);
});

test('P13 fewer in ten seconds do not, however long it goes on', async () => {
	for (let round = 0; round < 3; round++) {
		for (let count = 0; count < WIRE_LIMITS.badFramesMax - 1; count++) anas.raw('{');
		await anas.settled();
		world.nowMs += WIRE_LIMITS.badFramesWindowMs;
	}
	expect(anas.socket.readyState).toBe(anas.socket.OPEN);
});

test('P14 too many fixes: the eleventh at once is refused, with when to try again', async () => {
	for (let count = 0; count < 12; count++) anas.say('location_update', wireFix(T0));
	const error = await anas.next('error');
	expect(error).toMatchObject({ code: 'RATE_LIMIT_EXCEEDED', ref: 'location_update' });
	expect(error.retry_after_ms).toBe(100);
	await anas.settled(); // fixes apart from the rest: this is not over the rate
	expect([anas.count('error'), bens.count('peer_location')]).toEqual([2, 10]);
	world.nowMs += 100;
	anas.say('location_update', wireFix(T0));
	await anas.settled();
	expect(bens.count('peer_location')).toBe(11);
});

test('P14 the rate comes before the schema', async () => {
	for (let count = 0; count < 11; count++) anas.raw('{"type":"location_update"}');
	await anas.settled();
	const codes = anas.received.flatMap((m) => (m.type === 'error' ? [m.payload.code] : []));
	expect(codes).toEqual([
		...Array.from({ length: 10 }, () => 'INVALID_PAYLOAD'),
		'RATE_LIMIT_EXCEEDED',
	]);
});

test('P14 reconnecting does not fill the bucket', async () => {
	for (let count = 0; count < 10; count++) anas.say('location_update', wireFix(T0));
	await anas.settled();
	anas.terminate();
	await anas.closed;
	const again = one.connect(ana, meeting);
	await again.next('welcome');
	again.say('location_update', wireFix(T0));
	expect((await again.next('error')).code).toBe('RATE_LIMIT_EXCEEDED');
});

test('P14 unknown types are counted, too', async () => {
	for (let count = 0; count < 11; count++) anas.raw('{"type":"teleport"}');
	expect((await anas.next('error')).code).toBe('RATE_LIMIT_EXCEEDED');
});

test('P15 a flood far over the rate ends the socket with 4400', async () => {
	for (let count = 0; count < 10 + WIRE_LIMITS.floodFramesMax; count++)
		anas.say('location_update', wireFix(T0));
	expect((await anas.closed).code).toBe(4400);
	bens.say('ping', {});
	await bens.next('pong');
	expect(bens.count('peer_location')).toBe(10);
});

test('P15 reconnecting does not end the count', async () => {
	for (let count = 0; count < 10 + WIRE_LIMITS.floodFramesMax; count++)
		anas.say('location_update', wireFix(T0));
	await anas.closed;
	const again = one.connect(ana, meeting);
	await again.next('welcome');
	again.say('location_update', wireFix(T0));
	expect((await again.closed).code).toBe(4400);
});

/** Something the server has to say that is not a fix, large enough to fill buffers. */
function longWord(): ServerMessage {
	return { type: 'error', payload: { code: 'UNAVAILABLE', message: 'x'.repeat(60_000) } };
}

function say(message: ServerMessage): void {
	one.bus.publish(meetingChannel(meeting.id), { kind: 'said', message });
}

/** Until what is said stays with us: the kernel takes a few megabytes first. */
async function untilClogged(isClogged: () => boolean): Promise<void> {
	for (let count = 0; count < 2_000 && !isClogged(); count++) {
		say(longWord());
		await new Promise((resolve) => setImmediate(resolve));
	}
	expect(isClogged()).toBe(true);
}

test('P26 a reader that never reads ends with 1013, and holds up nobody', async () => {
	bens.socket.pause();
	await untilClogged(() => one.gateway.counts().connections === 1);
	await anas.settled();
	bens.socket.resume();
	expect((await bens.closed).code).toBe(1013);
});
