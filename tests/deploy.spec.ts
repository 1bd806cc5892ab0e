import { expect, test, type APIRequestContext } from '@playwright/test';
import { WebSocket } from 'ws';
import { ownAddress } from './support/address';
import { NO_COOKIE } from './support/api';
import { startServer, type RunningServer } from './support/server';

/** What a deploy does to whoever is there: a real process with many sockets is told to stop. */

const SOCKETS = 300;
const PER_PERSON = 10;
const INBOX = '/api/v1/ws/inbox';

test.use({ permissions: [] });

test('A deploy: not ready at once, goodbyes spread over seconds, gone in less than ten', async ({
	request,
}) => {
	const server = await startServer({ env: { TRUST_PROXY: '1' } });
	const { token, closed } = await crowd(request, server);
	expect((await request.get(`${server.url}/ready`)).status()).toBe(200);

	const toldAtMs = performance.now();
	const exit = server.stop();
	// While the last ones still wait for their goodbye, the balancer hears that it is over.
	await expect(async () => {
		const ready = await request.get(`${server.url}/ready`, { timeout: 2_000 });
		expect(ready.status()).toBe(503);
		expect(await ready.json()).toMatchObject({ status: 'not_ready', failing: ['gateway'] });
	}).toPass({ intervals: [20], timeout: 2_500 });
	expect(await refusalOf(server, token)).toEqual({ status: 503, code: 'DRAINING' });

	const goodbyes = await Promise.all(closed);
	expect([...new Set(goodbyes.map(({ code }) => code))]).toEqual([1012]);
	const times = goodbyes.map(({ atMs }) => atMs).sort((a, b) => a - b);
	expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(2_000);
	for (const fromMs of times) {
		const together = times.filter((atMs) => atMs >= fromMs && atMs < fromMs + 100);
		expect(together.length).toBeLessThan(SOCKETS / 3);
	}
	expect(await exit).toBe(0);
	expect(performance.now() - toldAtMs).toBeLessThan(10_000);
});

test('A second signal ends it at once', async ({ request }) => {
	const server = await startServer({ env: { TRUST_PROXY: '1' } });
	const { closed } = await crowd(request, server);
	const exit = server.stop();
	await Promise.race(closed); // it has begun, and would take three seconds
	const atMs = performance.now();
	process.kill(server.pid, 'SIGTERM');
	expect(await exit).toBe(143);
	expect(performance.now() - atMs).toBeLessThan(1_500);
});

/** People with all the open pages they may have; each knows when and how its socket was closed. */
async function crowd(request: APIRequestContext, server: RunningServer) {
	const closed: Promise<{ code: number; atMs: number }>[] = [];
	let token = '';
	for (let person = 0; person < SOCKETS / PER_PERSON; person++) {
		const headers = ownAddress();
		const started = await request.post(`${server.url}/api/v1/sessions`, {
			headers: { ...headers, ...NO_COOKIE },
			data: {},
		});
		({ token } = (await started.json()) as { token: string });
		const pages = Array.from({ length: PER_PERSON }, () => dial(server, token, headers));
		await Promise.all(pages.map((page) => new Promise((resolve) => page.once('message', resolve))));
		for (const page of pages)
			closed.push(
				new Promise((resolve) =>
					page.once('close', (code) => resolve({ code, atMs: performance.now() })),
				),
			);
	}
	return { token, closed };
}

function dial(server: RunningServer, token: string, headers: Record<string, string>): WebSocket {
	const socket = new WebSocket(`${server.url.replace('http', 'ws')}${INBOX}?token=${token}`, {
		headers,
		handshakeTimeout: 10_000,
	});
	socket.on('error', () => undefined); // what is refused or cut shows by what comes, or does not
	return socket;
}

function refusalOf(
	server: RunningServer,
	token: string,
): Promise<{ status: number | undefined; code: string }> {
	const socket = dial(server, token, ownAddress());
	return new Promise((resolve, reject) => {
		socket.once('open', () => reject(new Error('it was let in')));
		socket.once('unexpected-response', (_request, response) => {
			let body = '';
			response.on('data', (chunk: Buffer) => (body += chunk.toString()));
			response.on('end', () => {
				const { code } = JSON.parse(body) as { code: string };
				resolve({ status: response.statusCode, code });
			});
		});
	});
}
