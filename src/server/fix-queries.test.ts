import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NoopLogger } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readServerFrame } from '$lib/protocol';
import { getApp, type App } from '$lib/server/app';
import { createPostgresDatabase, DRIVERS } from '$lib/server/db/testing';
import { TestClient } from '$lib/server/gateway/testing-client';
import { upgradePort } from '$lib/server/upgrade-port';
import { createHttpServer } from './http-server';
import { writeOriginHeaders } from './origin-headers';

/* The whole app as it is built, a real socket, and every query that drizzle makes, inside transactions too. */
const FIXES = 200;
/** As many as may come at once (rule P14). */
const AT_ONCE = 10;

// By the clock, it asks the database for what is overdue: that is no query of a fix.
vi.mock('$lib/server/worker', () => ({ startWorker: () => ({ stop: () => Promise.resolve() }) }));

let undo: (() => unknown)[];
let queries: string[];
/** Two hundred fixes take twenty seconds; nobody waits for them here. */
let aheadMs: number;
beforeEach(() => {
	undo = [];
	queries = [];
	aheadMs = 0;
	vi.spyOn(NoopLogger.prototype, 'logQuery').mockImplementation((...[query]: unknown[]) => {
		queries.push(String(query));
	});
	const { now } = Date;
	vi.spyOn(Date, 'now').mockImplementation(() => now() + aheadMs);
});
afterEach(async () => {
	for (let step = undo.pop(); step; step = undo.pop()) await step();
	vi.restoreAllMocks();
	vi.unstubAllEnvs();
});

describe.each(DRIVERS)('on %s', (driver) => {
	test('two hundred accepted fixes make no query at all', async () => {
		const { app, ana, ben, meetingId } = await pairOn(driver);
		// To come in cost some: that is how one sees that they are counted.
		expect(queries.length).toBeGreaterThan(10);
		const before = queries.length;
		for (let sent = 0; sent < FIXES; sent += AT_ONCE) {
			for (let count = 0; count < AT_ONCE; count++)
				ana.say('location_update', { ...here(), timestamp: new Date(Date.now()).toISOString() });
			await ana.settled();
			aheadMs += 1_000;
		}
		await vi.waitFor(() => expect(ben.count('peer_location')).toBe(FIXES), { timeout: 10_000 });
		expect(app.counters.fixesAccepted).toBe(FIXES);
		expect(queries.slice(before)).toEqual([]);

		// And so does the next thing that is written.
		ana.say('destination_update', { destination: { name: 'Quay', lat: 59.9, lon: 10.7 } });
		await ben.next('destination_update');
		const written = queries.slice(before).join('\n');
		expect(written).toMatch(/for update/);
		expect(written).toMatch(/update "meetings" set/);
		expect(await app.meetings.find(meetingId)).toMatchObject({
			meeting: { destination: { name: 'Quay' } },
		});
	});
});

const here = () => ({ lat: 59.9075, lon: 10.7531, accuracy_m: 8 });

async function pairOn(driver: (typeof DRIVERS)[number]) {
	const dataDir = mkdtempSync(join(tmpdir(), 'meetup-queries-'));
	undo.push(() => rmSync(dataDir, { recursive: true, force: true }));
	const settings = { DATA_DIR: dataDir, LOG_LEVEL: 'silent', DATABASE_URL: '', REDIS_URL: '' };
	if (driver === 'PostgreSQL') {
		const database = await createPostgresDatabase();
		undo.push(database.drop);
		settings.DATABASE_URL = database.url;
	}
	for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
	const app = await getApp();
	undo.push(async () => upgradePort()?.close());
	const { port, cut } = await listen();
	undo.push(cut);

	const by = { login: null, userAgent: null };
	const { meeting, invite, token } = await app.doors.start({ ...by, displayName: 'Ana' });
	const joined = await app.doors.redeem({ ...by, secret: invite.secret, displayName: 'Ben' });
	const clients = [token, joined.ok ? joined.value.token : null].map((shown) => {
		const query = `session_id=${meeting.id}&token=${shown}`;
		return new TestClient(`ws://127.0.0.1:${port}/api/v1/ws/meetup?${query}`, readServerFrame);
	});
	const [ana, ben] = clients;
	if (!ana || !ben) throw new Error('there are two');
	for (const client of clients) await client.next('welcome');
	// What follows a welcome is through: both are there, and one heard the other come.
	await ana.next('presence_update');
	return { app: app satisfies App, ana, ben, meetingId: meeting.id };
}

async function listen() {
	const { listen: open, cut } = createHttpServer({
		pages: (_request, response) => response.writeHead(404).end(),
		prepare: (request) => writeOriginHeaders(request, { trustProxy: 0 }),
		sockets: upgradePort,
	});
	return { port: await open(0, '127.0.0.1'), cut };
}
