import { randomUUID } from 'node:crypto';
import { SILENT } from '$lib/server/log';
import type { RedisLink } from '$lib/server/redis';
import { testClusterLink } from '$lib/server/redis/testing';
import { busContract } from './bus.contract';
import { createRedisBus } from './redis';
import { relayContract } from './relay.contract';

const open = async () => {
	const prefix = `${randomUUID()}:`;
	const links: RedisLink[] = [];
	return {
		connect(instanceId: string) {
			const link = testClusterLink();
			links.push(link);
			return createRedisBus({ link, instanceId, log: SILENT, prefix });
		},
		async close() {
			await Promise.all(links.map((link) => link.close()));
		},
	};
};

busContract('over a Redis Cluster', open);
relayContract('over a Redis Cluster', open, { isCluster: true });
