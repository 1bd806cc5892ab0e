import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { ServerOptions, ServerResponse } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import type { UpgradePort } from '$lib/server/upgrade-port';
import { createHttpServer, type MeetUpServer, type PageHandler } from './http-server';
import { stopInOrder } from './stop';

const servers: MeetUpServer[] = [];
const sockets: Socket[] = [];

afterEach(async () => {
	for (const socket of sockets.splice(0)) socket.destroy();
	for (const { server, cut } of servers.splice(0)) {
		cut();
		await new Promise((resolve) => server.close(resolve));
	}
});

async function serve(pages: PageHandler, port?: UpgradePort, patience?: ServerOptions) {
	const prepare = () => undefined;
	const http = createHttpServer({ pages, prepare, sockets: () => port, patience });
	servers.push(http);
	return { http, at: await http.listen(0, '127.0.0.1') };
}

/** Sends what is given and resolves with everything that comes back until the other side hangs up. */
async function exchange(at: number, request: string): Promise<string> {
	const socket = connect(at, '127.0.0.1');
	sockets.push(socket);
	let answer = '';
	socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
	socket.write(request);
	await once(socket, 'close');
	return answer;
}

const UPGRADE =
	'GET /api/v1/ws/meetup HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n';

test('a page nobody knows is a 404', async () => {
	const { at } = await serve((_request, _response, next) => next());
	expect((await fetch(`http://127.0.0.1:${at}/nowhere`)).status).toBe(404);
});

test('an upgrade goes to the gateway', async () => {
	const port: UpgradePort = {
		handleUpgrade: (request, socket) => socket.end(`HTTP/1.1 418 ${request.url ?? ''}\r\n\r\n`),
		drain: async () => undefined,
		close: async () => undefined,
	};
	const { at } = await serve((_request, response) => response.end(), port);
	expect(await exchange(at, UPGRADE)).toContain('418 /api/v1/ws/meetup');
});

test('an upgrade before the app stands is refused and does not hang', async () => {
	const { at } = await serve((_request, response) => response.end());
	expect(await exchange(at, UPGRADE)).toMatch(/^HTTP\/1\.1 503 /);
});

test.each([
	['a file', (_request, response) => response.writeHead(200, { etag: 'x' }).end('file')],
	['what nobody knows', (_request, response, next) => next()],
] satisfies [string, PageHandler][])(
	'every answer says what it may be taken for: %s',
	async (_name, pages) => {
		const { at } = await serve(pages);
		const { headers } = await fetch(`http://127.0.0.1:${at}/`);
		expect(headers.get('x-content-type-options')).toBe('nosniff');
		expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
	},
);

test('what a page says itself replaces that, and does not stand beside it', async () => {
	const { at } = await serve((_request, response) =>
		response.setHeader('X-Content-Type-Options', 'nosniff').end(),
	);
	const { headers } = await fetch(`http://127.0.0.1:${at}/`);
	expect(headers.get('x-content-type-options')).toBe('nosniff');
});

test('slowloris: unless told otherwise, a header has 10 s and a whole request 30 s', async () => {
	const { server } = (await serve((_request, response) => response.end())).http;
	// Node's own are 60 s and 300 s, and 0 is for ever.
	expect(server.headersTimeout).toBe(10_000);
	expect(server.requestTimeout).toBe(30_000);
	expect(server.keepAliveTimeout).toBeGreaterThan(60_000);
});

test('slowloris: a header that trickles in is cut off', async () => {
	const patience = { headersTimeout: 50, requestTimeout: 50, connectionsCheckingInterval: 10 };
	const { at } = await serve((_request, response) => response.end(), undefined, patience);
	expect(await exchange(at, 'GET / HTTP/1.1\r\nHost: x\r\nX-Drop')).toMatch(/^HTTP\/1\.1 408 /);
});

test('slowloris: a header that comes byte by byte is cut off, however regularly', async () => {
	const patience = { headersTimeout: 100, requestTimeout: 100, connectionsCheckingInterval: 10 };
	const { at } = await serve((_request, response) => response.end(), undefined, patience);
	const socket = connect(at, '127.0.0.1');
	sockets.push(socket);
	socket.write('GET / HTTP/1.1\r\nHost: x\r\nX-Drops: ');
	const drops = setInterval(() => socket.write('x'), 5);
	const [answer] = (await once(socket, 'data')) as [Buffer];
	await once(socket, 'close');
	clearInterval(drops);
	expect(answer.toString()).toMatch(/^HTTP\/1\.1 408 /);
});

test('slowloris: so is a body, and a connection that says nothing at all', async () => {
	const patience = { headersTimeout: 50, requestTimeout: 50, connectionsCheckingInterval: 10 };
	const { at } = await serve((request) => request.resume(), undefined, patience);
	const body = exchange(at, 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx');
	expect(await body).toMatch(/^HTTP\/1\.1 408 /);
	expect(await exchange(at, '')).toMatch(/^HTTP\/1\.1 408 /);
});

test('P9 an address or headers of more than 16 KiB: 431, before anybody looks', async () => {
	const { at } = await serve((_request, response) => response.end());
	const long = 'x'.repeat(17 * 1024);
	for (const upgrade of [
		UPGRADE.replace('meetup', `meetup?session_id=${long}`),
		UPGRADE.replace('Host: x', `Host: x\r\nCookie: login=${long}`),
	])
		expect(await exchange(at, upgrade)).toMatch(/^HTTP\/1\.1 431 /);
});

test('a port in use is an EADDRINUSE and no crash', async () => {
	const { at } = await serve((_request, response) => response.end());
	const second = createHttpServer({
		pages: () => undefined,
		prepare: () => undefined,
		sockets: () => undefined,
	});
	await expect(second.listen(at, '127.0.0.1')).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

test('stopping tells the sockets, finishes the open answer, closes the app, and is done', async () => {
	const order: string[] = [];
	const port: UpgradePort = {
		handleUpgrade: () => undefined,
		drain: async () => void order.push('sockets closed'),
		close: async () => void order.push('app closed'),
	};
	let ask: (response: ServerResponse) => void = () => undefined;
	const asked = new Promise<ServerResponse>((resolve) => (ask = resolve));
	const { http, at } = await serve((_request, response) => ask(response), port);
	const answer = fetch(`http://127.0.0.1:${at}/`).then((response) => response.text());
	const open = await asked;
	open.once('finish', () => order.push('answered'));
	const stopped = stopInOrder(http, port);
	open.end('in time');
	expect(await answer).toBe('in time');
	expect(await stopped).toBe(0);
	expect(order).toEqual(['sockets closed', 'answered', 'app closed']);
});

test('while the sockets are told pages are still answered, for a balancer that asks', async () => {
	let goOn = () => {};
	const port: UpgradePort = {
		handleUpgrade: () => undefined,
		drain: () => new Promise((resolve) => (goOn = resolve)),
		close: async () => undefined,
	};
	const { http, at } = await serve((_request, response) => response.writeHead(503).end(), port);
	const stopped = stopInOrder(http, port);
	expect((await fetch(`http://127.0.0.1:${at}/ready`)).status).toBe(503);
	goOn();
	expect(await stopped).toBe(0);
	await expect(fetch(`http://127.0.0.1:${at}/ready`)).rejects.toThrow();
});

test('an app that does not close cleanly makes the exit code 1', async () => {
	const { http } = await serve((_request, response) => response.end());
	const port: UpgradePort = {
		handleUpgrade: () => undefined,
		drain: async () => undefined,
		close: () => Promise.reject(new Error('the database hangs')),
	};
	expect(await stopInOrder(http, port)).toBe(1);
});
