import type { Log } from '$lib/server/log';
import type { Bus } from './bus';
import { createMemoryBus } from './memory';
import { createRedisBus } from './redis';

export * from './bus';

export interface BusOptions {
	/** Without one the process is alone. */
	readonly redisUrl: string | undefined;
	readonly instanceId: string;
	readonly log: Log;
}

export function createBus({ redisUrl, instanceId, log }: BusOptions): Bus {
	return redisUrl === undefined
		? createMemoryBus(instanceId, log)
		: createRedisBus({ url: redisUrl, instanceId, log });
}
