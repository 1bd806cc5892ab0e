import { randomUUID } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import { createCounters } from '$lib/server/counters';
import { SILENT } from '$lib/server/log';
import { isUp, testLink } from '$lib/server/redis/testing';
import { meetingChannel, type Heard } from './bus';
import { createRedisBus } from './redis';

const links = [testLink(), testLink()];
afterAll(() => Promise.all(links.map((link) => link.close())));

test('redisPublishes: none for a meeting that is here alone, one for many fixes that cross, one per event', async () => {
	const prefix = `${randomUUID()}:`;
	const counters = createCounters();
	const [here, there] = links.map((link, index) =>
		createRedisBus({
			...{ link, instanceId: `i${index}`, log: SILENT, prefix, aliveEveryMs: 600_000 },
			...(index === 0 && { counters }),
		}),
	);
	if (!here || !there) throw new Error('there are two');
	await isUp(...links);
	const alone = meetingChannel(randomUUID());
	const shared = meetingChannel(randomUUID());
	const fix = { kind: 'fix' as const, personId: 'ana', frame: Buffer.from('\x81\0') };
	const heard: Heard[] = [];
	await here.subscribe(alone, () => undefined);
	const told = new Promise<void>((resolve) => {
		void here.subscribe(shared, ({ kind }) => kind === 'listener_came' && resolve());
	});
	await there.subscribe(shared, (event) => heard.push(event));
	await told;
	// The answer to who came leaves after it.
	await expect.poll(() => heard.some(({ kind }) => kind === 'listener_came')).toBe(true);

	const before = counters.redisPublishes;
	for (let count = 0; count < 20; count++) here.relay(alone, fix);
	expect(counters.redisPublishes - before).toBe(0);
	for (let count = 0; count < 20; count++) here.relay(shared, fix);
	await expect.poll(() => heard.filter(({ kind }) => kind === 'fix').length).toBe(20);
	expect(counters.redisPublishes - before).toBe(1);
	here.publish(shared, { kind: 'person_deleted' });
	expect(counters.redisPublishes - before).toBe(2);
	await Promise.all([here.close(), there.close()]);
});
