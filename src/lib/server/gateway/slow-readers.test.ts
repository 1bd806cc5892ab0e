import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Meeting } from '$lib/meeting';
import { instant, WIRE_LIMITS, type ServerMessage } from '$lib/protocol';
import { meetingChannel } from '$lib/server/bus';
import { fixFrame } from '$lib/server/fix-frames';
import { SOCKET_PATH } from './index';
import { T0, TestWorld, wireFix, type TestInstance, type TestPerson } from './testing';
import type { TestClient } from './testing-client';
import { enterRaw } from './testing-raw';

/** A reader on a real TCP connection who never reads, while his peer goes on and on. */
let world: TestWorld;
let one: TestInstance;
let ana: TestPerson;
let meeting: Meeting;
let anas: TestClient;
let ben: TestPerson;
let bens: Socket;
/** The server's end of Ben's connection: what the kernel did not take stays in it. */
let end: Socket;
beforeEach(async () => {
	world = new TestWorld();
	one = await world.open({ timings: { goodbyeMs: 100 } });
	({ ana, ben, meeting } = world.addPair());
	anas = one.connect(ana, meeting);
	await anas.next('welcome');
	const before = new Set(one.ends);
	bens = await enterRaw(one, `${SOCKET_PATH}?session_id=${meeting.id}&token=${ben.token}`);
	bens.pause();
	const [own] = [...one.ends].filter((socket) => !before.has(socket));
	if (!own) throw new Error('nobody came');
	end = own;
	await anas.next('presence_update');
});
afterEach(async () => {
	bens.destroy();
	await world.close();
});

function say(message: ServerMessage): void {
	one.bus.publish(meetingChannel(meeting.id), { kind: 'said', message, exceptPersonId: ana.id });
}

/** A fix of Ana's as it comes from another server, where its rate was judged; `count` tells them apart. */
function sayFix(count: number, personId = ana.id): void {
	const server_time = instant(T0 + count);
	const frame = fixFrame(personId, { ...wireFix(T0 + count), client_ts_ms: count, server_time });
	one.bus.relay(meetingChannel(meeting.id), { kind: 'fix', personId, frame });
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Fixes until the kernel takes no more; then as many again. The most that ever waited here, and the last. */
async function fixesOnAndOn(): Promise<{ mostBytes: number; last: number }> {
	let count = 0;
	let mostBytes = 0;
	const some = async () => {
		for (let batch = 0; batch < 100; batch++) sayFix(++count);
		await turn();
		mostBytes = Math.max(mostBytes, end.writableLength);
	};
	for (
		let clogged = 0;
		clogged < 50 && count < 200_000;
		clogged = end.writableLength ? clogged + 1 : 0
	)
		await some();
	for (const until = 2 * count; count < until;) await some();
	return { mostBytes, last: count };
}

test('P26 fixes on and on for a reader that never reads: one frame waits, the newest follows it', async () => {
	const { mostBytes, last } = await fixesOnAndOn();
	expect(last).toBeGreaterThan(10_000);
	expect(mostBytes).toBeGreaterThan(0);
	expect(mostBytes).toBeLessThan(20_000); // what was said in one turn before it was seen to be stuck
	await anas.settled();
	expect(one.gateway.counts().connections).toBe(2);
	// When he reads at last he gets what stood in the kernel, and then where she is now.
	let got = '';
	bens.on('data', (chunk: Buffer) => (got = (got + chunk.toString('latin1')).slice(-2_000)));
	bens.resume();
	await expect.poll(() => got, { interval: 5 }).toContain(`"client_ts_ms":${last}`);
});

test('P26 with words among the fixes: past 256 KiB it is 1013, and the memory goes with it', async () => {
	await fixesOnAndOn();
	const word = 'x'.repeat(1_000);
	let said = 0;
	let mostBytes = 0;
	while (one.gateway.counts().connections === 2 && said < 2_000) {
		say({ type: 'error', payload: { code: 'UNAVAILABLE', message: word } });
		sayFix(++said);
		await turn();
		mostBytes = Math.max(mostBytes, end.writableLength);
	}
	expect(said).toBeGreaterThan(200);
	expect(said).toBeLessThan(300);
	expect(mostBytes).toBeLessThan(WIRE_LIMITS.outboxMaxBytes);
	// He answers no goodbye either.
	if (!end.destroyed) await once(end, 'close');
	await anas.settled();
	expect(one.gateway.counts()).toMatchObject({ connections: 1 });
});

test('P26 of each sender the newest fix is kept, and everything else comes in its order', async () => {
	const { last } = await fixesOnAndOn();
	const eve = randomUUID();
	for (let count = 1; count <= 50; count++) {
		sayFix(last + count);
		sayFix(count, eve);
		say({ type: 'error', payload: { code: 'UNAVAILABLE', message: `word ${count}.` } });
	}
	let got = '';
	bens.on('data', (chunk: Buffer) => (got = (got + chunk.toString('latin1')).slice(-50_000)));
	bens.resume();
	await expect.poll(() => got, { interval: 5 }).toContain('word 50.');
	const words = [...got.matchAll(/word (\d+)\./g)].map(([, count]) => Number(count));
	expect(words).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
	const fixesOf = (personId: string) =>
		[...got.matchAll(new RegExp(`"user_id":"${personId}",.*?"client_ts_ms":(\\d+)`, 'g'))].map(
			([, count]) => Number(count),
		);
	expect(fixesOf(eve)).toEqual([50]);
	const anasFixes = fixesOf(ana.id);
	expect(anasFixes.at(-1)).toBe(last + 50);
	expect(anasFixes).toEqual([...anasFixes].sort((a, b) => a - b));
	expect(anasFixes.filter((count) => count > last)).toEqual([last + 50]);
	expect(one.gateway.counts().connections).toBe(2);
});
