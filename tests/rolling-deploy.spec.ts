import { expect, test } from '@playwright/test';
import { startServer, type RunningServer } from './support/server';
import { emptyDatabase, required } from './support/services';
import { pair, untilHeard } from './support/socket-pairs';

/** Two servers on one PostgreSQL and one Redis; the first is replaced while people are on it. */

let database: Awaited<ReturnType<typeof emptyDatabase>>;
let old: RunningServer;
let fresh: RunningServer;
test.beforeEach(async () => {
	database = await emptyDatabase();
	const env = {
		DATABASE_URL: database.url,
		REDIS_URL: required('TEST_REDIS_URL'),
		TRUST_PROXY: '1',
	};
	[old, fresh] = await Promise.all([startServer({ env }), startServer({ env })]);
});
test.afterEach(async () => {
	await fresh.stop();
	await database.drop();
});

test('P63 a server that is replaced: 1012, back on the other one, and nobody was called offline', async () => {
	const meeting = await pair(old);
	const anas = await meeting.connect('ana', old);
	const bens = await meeting.connect('ben', fresh);
	await untilHeard(anas, bens);
	anas.say('sharing_update', { state: 'weak_signal' });
	await bens.next('peer_sharing');

	const toldAtMs = performance.now();
	const exit = old.stop();
	expect((await anas.closed).code).toBe(1012);
	const again = await meeting.connect('ana', fresh);
	const welcome = again.received.find((message) => message.type === 'welcome');
	const self = welcome?.payload.participants.find(({ user_id }) => user_id === meeting.ana.id);
	expect(self?.sharing).toBe('weak_signal');
	expect(welcome?.payload.locations[meeting.ana.id]).toBeDefined();
	expect(await exit).toBe(0);
	expect(performance.now() - toldAtMs).toBeLessThan(10_000);

	await untilHeard(again, bens);
	await untilHeard(bens, again);
	const statuses = bens.received.flatMap((message) =>
		message.type === 'presence_update' ? [message.payload.status] : [],
	);
	expect(statuses).not.toContain('offline');
});
