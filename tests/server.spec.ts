import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { meet, HARBOUR, northOf } from './person';
import { expect, test } from './stories';
import { emptyDatabase, required } from './support/services';
import { startServer } from './support/server';

/** What happens around the meeting: servers that stop, clocks that run out, and what is left behind. */

/** Nowhere near the other stories, and easy to look for. */
const SENTINEL = { lat: 48.137154, lon: 11.576124 };

test('A restart of the server is a badge and nothing more', async ({ arrives }) => {
	const dataDir = await mkdtemp(join(tmpdir(), 'meetup-data-'));
	const first = await startServer({ dataDir });
	const ana = await arrives('Ana', {}, first.url);
	const ben = await arrives('Ben', { at: northOf(HARBOUR, 200) }, first.url);
	await meet(ana, ben);
	// The server may go once the pages have all that they need of it.
	for (const person of [ana, ben]) await expect(person.ownMarker).toBeVisible();
	expect(await first.stop()).toBe(0);
	await expect(ana.badge).toContainText('Reconnecting');

	const second = await startServer({ dataDir, port: first.port });
	for (const person of [ana, ben]) await expect(person.badge).toHaveText('Live');
	await ben.walksTo(northOf(HARBOUR, 150));
	await expect(ana.distance).toHaveText('150m');
	expect(await second.stop()).toBe(0);
	await rm(dataDir, { recursive: true });
});

test('A second process on the same data folder is refused in a sentence', async () => {
	const first = await startServer();
	await expect(startServer({ dataDir: first.dataDir })).rejects.toThrow(
		/Another MeetUp .* is using .*DATA_DIR/s,
	);
	await first.stop();
});

test('On PostgreSQL and Redis, on two servers: they meet, the time runs out, no position is left', async ({
	arrives,
}) => {
	const database = await emptyDatabase();
	const env = {
		DATABASE_URL: database.url,
		REDIS_URL: required('TEST_REDIS_URL'),
		LOG_LEVEL: 'debug',
	};
	const servers = await Promise.all([startServer({ env }), startServer({ env })]);
	const [north, south] = servers;
	const ana = await arrives('Ana', { at: SENTINEL }, north.url);
	const ben = await arrives('Ben', { at: northOf(SENTINEL, 120) }, south.url);
	await ana.startsMeeting();
	const link = new URL(await ana.inviteLink());
	await ben.opens(`${south.url}${link.pathname}${link.hash}`);
	await ben.joins();
	await expect(ana.distance).toHaveText('120m');
	await ben.walksTo(northOf(SENTINEL, 90));
	await expect(ana.distance).toHaveText('90m');

	await database.sql`update meetings set expires_at = now()`;
	for (const person of [ana, ben])
		await expect(person.page.getByText('The time is up.')).toBeVisible();

	const tables = await database.dump();
	expect(tables).toContain(ana.meetingId);
	const logs = servers.flatMap(({ lines }) => lines).join('\n');
	const redis = await database.redisKeys();
	for (const [where, text] of Object.entries({ tables, logs, redis }))
		for (const trace of ['48.13', '11.57', link.hash.slice(1)])
			expect(text, `${trace} in ${where}`).not.toContain(trace);

	for (const server of servers) expect(await server.stop()).toBe(0);
	await database.drop();
});

test('Behind a proxy with HTTPS the socket takes the __Host- cookie, and no plain one', async ({
	request,
}) => {
	const origin = 'https://meet.example.org';
	const server = await startServer({ env: { ORIGIN: origin, TRUST_PROXY: '1' } });
	const headers = { origin, 'x-forwarded-proto': 'https' };
	const started = await request.post(`${server.url}/api/v1/sessions`, { headers, data: {} });
	const cookie = /^(__Host-meetup_login)=([\w-]+)/.exec(started.headers()['set-cookie'] ?? '');
	const { session } = (await started.json()) as { session: { id: string } };
	const address = `${server.url.replace('http', 'ws')}/api/v1/ws/meetup?session_id=${session.id}`;
	const answer = (name: string) =>
		new Promise<string>((resolve) => {
			const own = { ...headers, cookie: `${name}=${cookie?.[2]}` };
			const socket = new WebSocket(address, { headers: own, handshakeTimeout: 10_000 });
			socket.once('message', (data: Buffer) => {
				resolve((JSON.parse(data.toString()) as { type: string }).type);
				socket.terminate();
			});
			socket.once('unexpected-response', (_, refusal) => {
				resolve(String(refusal.statusCode));
				socket.terminate();
			});
			socket.on('error', ({ message }) => resolve(message));
		});
	expect(await answer('__Host-meetup_login')).toBe('welcome');
	expect(await answer('meetup_login')).toBe('401');
	await server.stop();
});
