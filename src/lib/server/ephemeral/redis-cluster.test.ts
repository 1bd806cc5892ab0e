import { randomUUID } from 'node:crypto';
import { afterAll } from 'vitest';
import { SILENT } from '$lib/server/log';
import { isUp, testClusterLink } from '$lib/server/redis/testing';
import { ephemeralContract } from './ephemeral.contract';
import { createRedisRateLimits } from './rate-limits';
import { rateLimitsContract } from './rate-limits.contract';
import { createRedisEphemeral } from './redis';

const links = [testClusterLink(), testClusterLink()] as const;
afterAll(() => Promise.all(links.map((link) => link.close())));

ephemeralContract('in a Redis Cluster', {
	open(now) {
		const options = { now, log: SILENT, prefix: `${randomUUID()}:` };
		return {
			here: createRedisEphemeral({ ...options, link: links[0] }),
			there: createRedisEphemeral({ ...options, link: links[1] }),
		};
	},
});

rateLimitsContract('in a Redis Cluster', {
	async open() {
		await isUp(...links);
		const prefix = `${randomUUID()}:`;
		const [here, there] = links.map(({ commands }) =>
			createRedisRateLimits({ redis: commands, log: SILENT, prefix }),
		);
		if (!here || !there) throw new Error('there are two links');
		return { here, there };
	},
});
