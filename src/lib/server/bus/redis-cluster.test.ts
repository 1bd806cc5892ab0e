import { randomUUID } from 'node:crypto';
import { Cluster } from 'ioredis';
import { afterAll } from 'vitest';
import { SILENT } from '$lib/server/log';
import type { RedisLink } from '$lib/server/redis';
import { isUp, testClusterLink } from '$lib/server/redis/testing';
import { busContract } from './bus.contract';
import { createRedisBus } from './redis';
import { relayContract } from './relay.contract';
import { subscriptionsContract } from './subscriptions.contract';

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

const aside = testClusterLink();
afterAll(() => aside.close());
subscriptionsContract('over a Redis Cluster', open, {
	async nodes() {
		await isUp(aside);
		return aside.commands instanceof Cluster ? aside.commands.nodes('master') : [];
	},
});
