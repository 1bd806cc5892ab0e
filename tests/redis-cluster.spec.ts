import { expect, test } from './stories';
import { startServer } from './support/server';
import { emptyDatabase, required } from './support/services';
import { pair, untilHeard } from './support/socket-pairs';

test('On a Redis Cluster, on two servers: they hear each other, and it ends for both', async () => {
	const database = await emptyDatabase();
	const env = {
		DATABASE_URL: database.url,
		REDIS_URL: required('TEST_REDIS_CLUSTER_URL'),
		REDIS_CLUSTER: '1',
		TRUST_PROXY: '1',
	};
	const [north, south] = await Promise.all([startServer({ env }), startServer({ env })]);
	const meeting = await pair(north);
	const anas = await meeting.connect('ana', north);
	const bens = await meeting.connect('ben', south);
	await untilHeard(anas, bens);
	await untilHeard(bens, anas);
	expect((await fetch(`${north.url}/ready`)).status).toBe(200);
	anas.say('end_session', {});
	for (const client of [anas, bens]) expect((await client.closed).code).toBe(4410);
	for (const server of [north, south]) expect(await server.stop()).toBe(0);
	await database.drop();
});
