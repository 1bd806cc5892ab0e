import type { Counters } from '$lib/server/counters';
import type { Log } from '$lib/server/log';
import type { RedisLink } from '$lib/server/redis';
import type { Bus } from './bus';
import { createMemoryBus } from './memory';
import { createRedisBus } from './redis';

export * from './bus';

export interface BusOptions {
	/** Null: the process is alone. */
	readonly link: RedisLink | null;
	readonly instanceId: string;
	readonly log: Log;
	readonly counters: Pick<Counters, 'redisPublishes'>;
}

export function createBus({ link, instanceId, log, counters }: BusOptions): Bus {
	return link === null
		? createMemoryBus(instanceId, log)
		: createRedisBus({ link, instanceId, log, counters });
}
