import type { Log } from '$lib/server/log';
import type { Ephemeral } from './ephemeral';
import { createMemoryEphemeral } from './memory';
import { createRedisEphemeral } from './redis';

export * from './ephemeral';

export interface EphemeralOptions {
	/** Without one the process is alone. */
	readonly redisUrl: string | undefined;
	readonly now: () => number;
	readonly log: Log;
}

export function createEphemeral({ redisUrl, now, log }: EphemeralOptions): Ephemeral {
	return redisUrl === undefined
		? createMemoryEphemeral({ now })
		: createRedisEphemeral({ url: redisUrl, now, log });
}
