import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { expect } from 'vitest';
import { SILENT } from '$lib/server/log';
import { openRedisLink, type RedisLink } from './link';

/** The Redis of the tests. Throws where there is none: these tests are never skipped. */
export function testRedisUrl(name: 'TEST_REDIS_URL' | 'TEST_REDIS_CLUSTER_URL' = 'TEST_REDIS_URL') {
	const url = process.env[name] ?? '';
	if (url === '') throw new Error(`${name} is missing: these tests need a Redis of their own`);
	return url;
}

export function testLink(url = testRedisUrl()): RedisLink {
	return openRedisLink({ url, log: SILENT });
}

export function testClusterLink(): RedisLink {
	const url = testRedisUrl('TEST_REDIS_CLUSTER_URL');
	return openRedisLink({ url, isCluster: true, log: SILENT });
}

export async function isUp(...links: readonly { isUp(): boolean }[]): Promise<void> {
	const all = () => links.every((link) => link.isUp());
	await expect.poll(all, { interval: 5, timeout: 15_000 }).toBe(true);
}

export interface Gate {
	readonly url: string;
	open(): void;
	/** Bytes wait at the door, both ways: as a Redis that hangs. */
	hold(): void;
	letGo(): void;
	/** What is connected is cut off, what knocks is turned away. */
	shut(): void;
	close(): Promise<void>;
}

/** A door before Redis. */
export async function openGate(to = testRedisUrl()): Promise<Gate> {
	const target = new URL(to);
	const sockets = new Set<Socket>();
	let isShut = false;
	let isHeld = false;
	const server = createServer((client) => {
		if (isShut) return void client.destroy();
		const redis = connect(Number(target.port), target.hostname);
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
			socket.on('data', (bytes) => void other.write(bytes));
			if (isHeld) socket.pause();
		}
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	const gate: Gate = {
		url: `redis://127.0.0.1:${port}`,
		open() {
			isShut = false;
		},
		hold() {
			isHeld = true;
			for (const socket of sockets) socket.pause();
		},
		letGo() {
			isHeld = false;
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
	return gate;
}
