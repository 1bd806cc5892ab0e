import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Meeting } from '$lib/meeting';
import { WIRE_LIMITS } from '$lib/protocol';
import { SOCKET_PATH } from './index';
import { TestWorld, type TestInstance, type TestPerson } from './testing';
import { closeCodeOf, dialRaw, enterRaw, frameOf, OPCODE } from './testing-raw';

/** Attacks that no library would send: below the messages, in frames and bytes. */
let world: TestWorld;
let one: TestInstance;
let ana: TestPerson;
let ben: TestPerson;
let meeting: Meeting;
let path: string;
beforeEach(async () => {
	world = new TestWorld();
	one = await world.open({ timings: { goodbyeMs: 500 } });
	({ ana, ben, meeting } = world.addPair());
	path = `${SOCKET_PATH}?session_id=${meeting.id}&token=${ana.token}`;
});
afterEach(() => world.close());

const PING = JSON.stringify({ type: 'ping', payload: {} });

describe('P17 control frames', () => {
	test.each([
		['pings', OPCODE.ping],
		['pongs that nobody asked for', OPCODE.pong],
	])('P17 a flood of %s ends the socket with 4400', async (_name, opcode) => {
		const raw = await enterRaw(one, path);
		const closed = closeCodeOf(raw);
		for (let count = 0; count < WIRE_LIMITS.floodFramesMax; count++) raw.write(frameOf('', opcode));
		expect(await closed).toBe(4400);
	});

	test('P17 reconnecting does not end the count, nor does another kind of frame', async () => {
		const first = await enterRaw(one, path);
		for (let count = 0; count < WIRE_LIMITS.floodFramesMax - 1; count++)
			first.write(frameOf('', count % 2 ? OPCODE.ping : OPCODE.pong));
		// Answered in order: then all of them were read.
		first.write(frameOf(PING));
		let got = '';
		for await (const chunk of first) if ((got += String(chunk)).includes('"pong"')) break;
		first.destroy();
		const again = await enterRaw(one, path);
		const closed = closeCodeOf(again);
		again.write(frameOf('', OPCODE.ping));
		expect(await closed).toBe(4400);
	});

	test('P17 so many in ten seconds and not in all: who pings now and then stays', async () => {
		const client = one.connect(ana, meeting);
		await client.next('welcome');
		for (let round = 0; round < 3; round++) {
			for (let count = 0; count < WIRE_LIMITS.floodFramesMax - 1; count++) client.socket.ping();
			await client.settled();
			world.nowMs += WIRE_LIMITS.badFramesWindowMs;
		}
		expect(client.socket.readyState).toBe(client.socket.OPEN);
	});

	test('P17 pings now and then of one who never reads the answers: nothing piles up, he is cut', async () => {
		const raw = await enterRaw(one, path);
		raw.pause();
		const [end] = one.ends;
		let mostBytes = 0;
		const some = Buffer.concat(
			Array.from({ length: WIRE_LIMITS.floodFramesMax - 1 }, () =>
				frameOf('x'.repeat(125), OPCODE.ping),
			),
		);
		// Never too many in ten seconds. What the kernel takes is his; then it would be ours.
		for (let round = 0; round < 1_000 && !end?.destroyed; round++) {
			const read = end?.bytesRead ?? 0;
			raw.write(some);
			while (!end?.destroyed && (end?.bytesRead ?? 0) < read + some.length)
				await new Promise((resolve) => setImmediate(resolve));
			mostBytes = Math.max(mostBytes, end?.writableLength ?? 0);
			world.nowMs += WIRE_LIMITS.badFramesWindowMs;
		}
		await expect.poll(() => one.ends.size, { interval: 5 }).toBe(0);
		expect(mostBytes).toBeLessThan(2 * some.length);
	});
});

describe('P18 pieces', () => {
	test('P18 a message of endless empty fragments ends the socket with 1008', async () => {
		const raw = await enterRaw(one, path);
		const closed = closeCodeOf(raw);
		raw.write(frameOf('{', OPCODE.text, false));
		for (let count = 0; count < WIRE_LIMITS.fragmentsMax; count++)
			raw.write(frameOf('', OPCODE.continuation, false));
		expect(await closed).toBe(1008);
	});

	test('P18 a message in a few fragments is read as a whole', async () => {
		const raw = await enterRaw(one, path);
		raw.write(frameOf(PING.slice(0, 5), OPCODE.text, false));
		raw.write(frameOf('', OPCODE.ping)); // may come in between
		raw.write(frameOf(PING.slice(5, 6), OPCODE.continuation, false));
		raw.write(frameOf(PING.slice(6), OPCODE.continuation));
		let got = '';
		for await (const chunk of raw) if ((got += String(chunk)).includes('"pong"')) break;
		expect(got).not.toContain('"error"');
	});

	test('P18 one frame that comes byte by byte, a packet each: 1008 long before it is whole', async () => {
		const raw = await enterRaw(one, path);
		raw.setNoDelay();
		const closed = closeCodeOf(raw);
		const [end] = one.ends;
		// 60,000 bytes are announced.
		raw.write(Buffer.from([0x81, 0x80 | 126, 60_000 >> 8, 60_000 & 255, 0, 0, 0, 0]));
		let sent = 0;
		while (!raw.destroyed && !end?.destroyed && sent < 20_000) {
			const read = end?.bytesRead;
			raw.write('x');
			sent++;
			while (one.ends.size > 0 && end?.bytesRead === read)
				await new Promise((resolve) => setImmediate(resolve));
		}
		expect(await closed).toBe(1008);
		expect(sent).toBeLessThan(1_000);
	});

	test('P15 ten thousand frames in one write: 4400, and what stands behind them is not read', async () => {
		const bens = one.connect(ben, meeting);
		await bens.next('welcome');
		const raw = await enterRaw(one, path);
		const closed = closeCodeOf(raw);
		const flood = Array.from({ length: 10_000 }, () => frameOf(PING));
		const last = frameOf(JSON.stringify({ type: 'sharing_update', payload: { state: 'hidden' } }));
		raw.write(Buffer.concat([...flood, last]));
		expect(await closed).toBe(4400);
		await bens.settled();
		expect(bens.count('peer_sharing')).toBe(0);
	});
});

test.each([
	['while it is looked up', () => (world.beforeAuth = held)],
	['while welcome is put together', () => (world.beforePending = held)],
])('P5 who sends on and on %s is held back by TCP', async (_name, hold) => {
	hold();
	const raw = dialRaw(one, `/api/v1/ws/inbox?token=${ana.token}`);
	await expect.poll(() => isHeld, { interval: 5 }).toBe(true);
	const closed = closeCodeOf(raw);
	const chunk = Buffer.concat(Array.from({ length: 3_000 }, () => frameOf(PING)));
	// 60 MB: more than the kernel keeps for anybody.
	for (let count = 0; count < 750; count++) raw.write(chunk);
	await untilStill(() => raw.writableLength);
	expect(raw.writableLength).toBeGreaterThan(20e6);
	const [end] = one.ends;
	expect(end?.bytesRead ?? 0).toBeLessThan(WIRE_LIMITS.outboxMaxBytes);
	letGo();
	expect(await closed).toBe(4400);
	await expect.poll(() => one.ends.size, { interval: 5 }).toBe(0);
});

let isHeld = false;
let letGo = () => {};
function held(): Promise<void> {
	isHeld = true;
	return new Promise((resolve) => (letGo = resolve));
}
beforeEach(() => void (isHeld = false));

/** Until the kernel has taken what it takes: the amount is the same over many turns of the loop. */
async function untilStill(amount: () => number): Promise<void> {
	for (let same = 0, before = amount(); same < 20;) {
		await new Promise((resolve) => setTimeout(resolve, 5));
		same = amount() === before ? same + 1 : 0;
		before = amount();
	}
}
