import { createServer, connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { Transform } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../../scripts/free-port.mjs';

/** What may stand between a server and something it depends on, to be taken away. */
export interface TcpProxy {
	/** The address that was asked for, by way of here. */
	readonly url: string;
	/** As a process that died: connections are reset, new ones refused. */
	cut(): Promise<void>;
	/** As a pulled cable, or a machine that hangs: everything stays open, nothing gets through. */
	hang(): Promise<void>;
	/** Everything arrives later by so much. */
	delay(ms: number): void;
	/** All is well again. What was held back gets through. */
	heal(): Promise<void>;
	close(): Promise<void>;
}

/** A proxy before `target`, the URL of a PostgreSQL, a Redis or anything else that speaks TCP. */
export async function openTcpProxy(target: string): Promise<TcpProxy> {
	const { hostname, port: targetPort } = new URL(target);
	const port = await freePort();
	const url = new URL(target);
	url.hostname = '127.0.0.1';
	url.port = String(port);
	const sockets = new Set<Socket>();
	let delayMs = 0;
	let gate = Promise.resolve();
	let openGate = () => {};

	const server = createServer((client) => {
		const upstream = connect(Number(targetPort), hostname);
		for (const [one, other] of [
			[client, upstream],
			[upstream, client],
		] as const) {
			sockets.add(one);
			one.setNoDelay(true);
			// Either end may go at any time: that is what this is for.
			one.on('error', () => other.destroy());
			one.on('close', () => {
				sockets.delete(one);
				other.destroy();
			});
			one.pipe(gated()).pipe(other);
		}
	});
	await listen();

	return {
		url: url.href,
		async cut() {
			const closed = once(server, 'close');
			server.close();
			for (const socket of sockets) socket.resetAndDestroy();
			await closed;
		},
		hang() {
			gate = new Promise((resolve) => (openGate = resolve));
			return Promise.resolve();
		},
		delay(ms) {
			delayMs = ms;
		},
		async heal() {
			delayMs = 0;
			openGate();
			if (!server.listening) await listen();
		},
		async close() {
			openGate();
			for (const socket of sockets) socket.destroy();
			if (server.listening) server.close();
		},
	};

	async function listen(): Promise<void> {
		const listening = once(server, 'listening');
		server.listen(port, '127.0.0.1');
		await listening;
	}

	/** Lets through in order what comes, when it may. */
	function gated(): Transform {
		const mayPass = async () => {
			await gate;
			if (delayMs > 0) await wait(delayMs);
		};
		return new Transform({
			transform: (chunk, _, done) => void mayPass().then(() => done(null, chunk)),
			flush: (done) => void mayPass().then(() => done()),
		});
	}
}
