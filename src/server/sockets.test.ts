import { EventEmitter, once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, expect, test, vi } from 'vitest';
import { takeSockets } from './dev';
import { createHttpServer } from './http-server';

/*
 * Sockets that come before there is an app to take them, in `npm start` and in `npm run dev`.
 */
const servers: Server[] = [];
const ends: Duplex[] = [];

afterEach(async () => {
	for (const end of ends.splice(0)) end.destroy();
	for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

const UPGRADE =
	'GET /api/v1/ws/meetup HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n';

/** The server's end of a socket whose peer never hangs up by itself. */
async function upgraded(server: Server): Promise<{ socket: Duplex; client: Socket }> {
	servers.push(server);
	await once(server.listen(0, '127.0.0.1'), 'listening');
	const { port } = server.address() as AddressInfo;
	const came = new Promise<Duplex>((resolve) => {
		server.once('upgrade', (_request, socket: Duplex) => resolve(socket));
	});
	const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
	client.write(UPGRADE);
	const socket = await came;
	ends.push(client, socket);
	return { socket, client };
}

function production(): Server {
	return createHttpServer({
		pages: () => undefined,
		prepare: () => undefined,
		sockets: () => undefined,
	}).server;
}

function development(start: () => Promise<void>, complain?: (error: unknown) => void): Server {
	const server = createServer();
	takeSockets(server, start, complain);
	return server;
}

/** An app that is still starting. */
const never = () => new Promise<void>(() => undefined);

test.each([
	['npm start', production],
	['npm run dev, while the app starts', () => development(never)],
])('a peer that resets before the app stands does not end the process: %s', async (_name, make) => {
	const { socket } = await upgraded(make());
	// Without a listener this throws, and from the network it would be an uncaught exception.
	socket.emit('error', Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
	expect(socket.destroyed).toBe(true);
});

test.each([
	['npm start', production],
	['npm run dev, no app yet', () => development(() => Promise.resolve())],
	['npm run dev, the app fails', () => development(() => Promise.reject(new Error('no')))],
])('a refused socket is let go, also where the peer stays half open: %s', async (_name, make) => {
	const { socket, client } = await upgraded(make());
	const gone = socket.destroyed ? Promise.resolve() : once(socket, 'close');
	let answer = '';
	client.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
	await Promise.all([gone, once(client, 'end')]);
	expect(answer).toMatch(/^HTTP\/1\.1 503 /);
});

test('in development the reason is told', async () => {
	const complain = vi.fn();
	const reason = new Error('the data folder is in use');
	const { client } = await upgraded(development(() => Promise.reject(reason), complain));
	client.resume();
	await once(client, 'end');
	expect(complain).toHaveBeenCalledExactlyOnceWith(reason);
});

test('in development the sockets of Vite itself are left alone', () => {
	const server = new EventEmitter();
	const start = vi.fn(never);
	takeSockets(server, start);
	const socket = new EventEmitter();
	server.emit('upgrade', { url: '/?token=vite' }, socket, Buffer.alloc(0));
	expect([start.mock.calls.length, socket.eventNames().length]).toEqual([0, 0]);
});
