import type { Log } from '$lib/server/log';
import type { RedisLink } from '$lib/server/redis';
import type { Ephemeral } from './ephemeral';
import { createMemoryEphemeral } from './memory';
import { createRedisEphemeral } from './redis';

export * from './ephemeral';

export interface EphemeralOptions {
	/** Null: the process is alone. */
	readonly link: RedisLink | null;
	readonly now: () => number;
	readonly log: Log;
}

export function createEphemeral({ link, now, log }: EphemeralOptions): Ephemeral {
	return link === null ? createMemoryEphemeral({ now }) : createRedisEphemeral({ link, now, log });
}
