import { randomUUID } from 'node:crypto';
import { connect as connectTcp, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { SILENT } from '$lib/server/log';
import { personChannel, type Bus } from './bus';
import { busContract, createEar, loginRevoked } from './bus.contract';
import { createRedisBus } from './redis';

const url = process.env.TEST_REDIS_URL ?? '';
if (url === '') throw new Error('TEST_REDIS_URL is missing: these tests need a Redis of their own');

busContract('over Redis', async () => {
	const prefix = `${randomUUID()}:`;
	return {
		connect: (instanceId) => createRedisBus({ url, instanceId, log: SILENT, prefix }),
		close: async () => {},
	};
});

const ANA = personChannel('ana');
const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
	for (const thing of opened.splice(0).reverse()) await thing.close();
});

function openBus(instanceId: string, at: string, prefix: string): Bus {
	const bus = createRedisBus({ url: at, instanceId, log: SILENT, prefix });
	opened.push(bus);
	return bus;
}

test('subscribing resolves while Redis is away, and local listeners are served', async () => {
	const gate = await openGate();
	gate.shut();
	const bus = openBus('here', gate.url, `${randomUUID()}:`);
	const ear = createEar();
	await bus.subscribe(ANA, ear.hear);
	bus.publish(ANA, loginRevoked('1'));
	expect(ear.heard).toEqual(['1']);
	expect(bus.isUp()).toBe(false);
});

test('subscribing has not resolved before Redis has answered', async () => {
	const gate = await openGate();
	const prefix = `${randomUUID()}:`;
	const here = openBus('here', gate.url, prefix);
	const there = openBus('there', url, prefix);
	await until(() => here.isUp() && there.isUp());
	gate.hold();
	const ear = createEar();
	let isSubscribed = false;
	const subscribed = here.subscribe(ANA, ear.hear).then(() => (isSubscribed = true));
	for (let trips = 0; trips < 5; trips++)
		await there.subscribe(personChannel(`${trips}`), () => {});
	expect(isSubscribed).toBe(false);
	gate.letGo();
	await subscribed;
	there.publish(ANA, loginRevoked('1'));
	await ear.until('1');
});

test('what was subscribed while Redis was away is heard when it is back', async () => {
	const gate = await openGate();
	const prefix = `${randomUUID()}:`;
	const here = openBus('here', gate.url, prefix);
	const there = openBus('there', url, prefix);
	const before = createEar();
	const meanwhile = createEar();
	await here.subscribe(ANA, before.hear);
	gate.shut();
	await until(() => !here.isUp());
	await here.subscribe(personChannel('ben'), meanwhile.hear);
	gate.open();
	await until(() => here.isUp() && there.isUp());
	await here.subscribe(personChannel('sync'), () => {});
	there.publish(ANA, loginRevoked('1'));
	there.publish(personChannel('ben'), loginRevoked('2'));
	await Promise.all([before.until('1'), meanwhile.until('2')]);
});

test('an hour without Redis keeps nothing: late events are not delivered after it', async () => {
	const gate = await openGate();
	const prefix = `${randomUUID()}:`;
	const here = openBus('here', gate.url, prefix);
	const there = openBus('there', url, prefix);
	const ear = createEar();
	await there.subscribe(ANA, ear.hear);
	await until(() => here.isUp());
	gate.shut();
	await until(() => !here.isUp());
	for (let count = 0; count < 20_000; count++) here.publish(ANA, loginRevoked('late'));
	gate.open();
	await until(() => here.isUp());
	here.publish(ANA, loginRevoked('now'));
	await ear.until('now');
	expect(ear.heard).toEqual(['now']);
});

const until = (isSo: () => boolean) =>
	expect.poll(isSo, { interval: 5, timeout: 15_000 }).toBe(true);

/** A door before Redis that can be shut: what is connected is cut off, what knocks is turned away. */
async function openGate() {
	const target = new URL(url);
	const sockets = new Set<Socket>();
	let isShut = false;
	const server = createServer((client) => {
		if (isShut) return void client.destroy();
		const redis = connectTcp(Number(target.port), target.hostname);
		for (const [socket, other] of [
			[client, redis],
			[redis, client],
		] as const) {
			sockets.add(socket);
			socket.on('error', () => other.destroy());
			socket.on('close', () => {
				sockets.delete(socket);
				other.destroy();
			});
			socket.pipe(other);
		}
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	const gate = {
		url: `redis://127.0.0.1:${port}`,
		open() {
			isShut = false;
		},
		/** Bytes wait at the door. */
		hold() {
			for (const socket of sockets) socket.pause();
		},
		letGo() {
			for (const socket of sockets) socket.resume();
		},
		shut() {
			isShut = true;
			for (const socket of sockets) socket.destroy();
		},
		async close() {
			gate.shut();
			await new Promise((resolve) => server.close(resolve));
		},
	};
	opened.push(gate);
	return gate;
}
