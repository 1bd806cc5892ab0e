import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { expect, test } from '@playwright/test';
import { freePort } from '../scripts/free-port.mjs';
import { startServer, type RunningServer } from './support/server';
import { emptyDatabase } from './support/services';
import { pair, untilHeard } from './support/socket-pairs';

/** What a Redis of its own does to two servers: it stands still, or it dies and comes back empty. */

let database: Awaited<ReturnType<typeof emptyDatabase>>;
let port: number;
let redis: ChildProcess;
let servers: readonly [RunningServer, RunningServer];

test.beforeEach(async () => {
	database = await emptyDatabase();
	port = await freePort();
	await startRedis();
	const env = {
		DATABASE_URL: database.url,
		REDIS_URL: `redis://127.0.0.1:${port}`,
		TRUST_PROXY: '1',
	};
	servers = await Promise.all([startServer({ env }), startServer({ env })]);
});
test.afterEach(async () => {
	await Promise.all(servers.map((server) => server.stop()));
	await killRedis();
	await database.drop();
});

async function startRedis(): Promise<void> {
	const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', ''];
	redis = spawn('redis-server', settings, { cwd: tmpdir(), stdio: ['ignore', 'pipe', 'ignore'] });
	let said = '';
	for await (const chunk of redis.stdout ?? []) {
		said += String(chunk);
		if (/ready to accept connections/i.test(said)) break;
	}
}

async function killRedis(): Promise<void> {
	const exited = once(redis, 'exit');
	redis.kill('SIGKILL');
	await exited;
}

async function areReady(status: number): Promise<void> {
	for (const { url } of servers)
		await expect
			.poll(async () => (await fetch(`${url}/ready`)).status, {
				intervals: [100],
				timeout: 15_000,
			})
			.toBe(status);
}

const OUTAGES = {
	'stands still': [async () => redis.kill('SIGSTOP'), async () => redis.kill('SIGCONT')],
	'dies and comes back empty': [killRedis, startRedis],
} as const;

for (const [outage, [begin, end]] of Object.entries(OUTAGES))
	test(`P35 Redis ${outage}: who is together goes on, and afterwards everybody knows everything`, async () => {
		const [one, two] = servers;
		const near = await pair(one);
		const far = await pair(one);
		const nearAna = await near.connect('ana', one);
		const nearBen = await near.connect('ben', one);
		const farAna = await far.connect('ana', one);
		const farBen = await far.connect('ben', two);
		await untilHeard(farBen, farAna);

		await begin();
		await areReady(503);
		await untilHeard(nearAna, nearBen);
		farBen.say('sharing_update', { state: 'paused' });
		farBen.say('route_mode_update', { mode: 'driving-car' });
		await farBen.settled();

		await end();
		await areReady(200);
		const state = async () => {
			const client = await far.connect('ana', one);
			const welcome = client.received.find((message) => message.type === 'welcome');
			const ben = welcome?.payload.participants.find(({ user_id }) => user_id === far.ben.id);
			client.terminate();
			const isFixThere = welcome?.payload.locations[far.ben.id] !== undefined;
			return [ben?.presence, ben?.sharing, ben?.route_mode, isFixThere];
		};
		await expect
			.poll(state, { intervals: [500] })
			.toEqual(['online', 'paused', 'driving-car', true]);
		for (const client of [nearAna, nearBen, farBen]) await client.settled();
		for (const client of [nearAna, nearBen, farAna, farBen]) client.terminate();
	});
