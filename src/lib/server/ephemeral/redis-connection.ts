import { Redis, type Result } from 'ioredis';
import type { Log } from '$lib/server/log';

/** No read may hold up a person longer than this: what this instance knows itself must do then. */
const ANSWER_MAX_MS = 2_000;

declare module 'ioredis' {
	interface RedisCommander<Context> {
		/** Sets one field of a meeting's hash and prolongs it, unless the meeting is gone. */
		keepTrace(
			traces: string,
			gone: string,
			field: string,
			value: string,
			ttlMs: number,
		): Result<number, Context>;
		/** Replaces the window if it still is `before` ('' for none). 0 when somebody was faster. */
		swapWindow(
			here: string,
			gone: string,
			before: string,
			after: string,
			ttlMs: number,
		): Result<number, Context>;
		/** Deletes a meeting and leaves its tombstone. */
		eraseMeeting(
			traces: string,
			here: string,
			gone: string,
			ttlMs: number,
		): Result<number, Context>;
	}
}

export function connectRedis(url: string, log: Log): Redis {
	const redis = openRedis(url, { component: 'ephemeral', answerMaxMs: ANSWER_MAX_MS, log });
	redis.defineCommand('keepTrace', {
		numberOfKeys: 2,
		lua: `if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`,
	});
	redis.defineCommand('swapWindow', {
		numberOfKeys: 2,
		lua: `if redis.call('EXISTS', KEYS[2]) == 1 then return 1 end
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1`,
	});
	redis.defineCommand('eraseMeeting', {
		numberOfKeys: 3,
		lua: `redis.call('SET', KEYS[3], '1', 'PX', ARGV[1])
return redis.call('DEL', KEYS[1], KEYS[2])`,
	});
	return redis;
}

export interface ConnectionOptions {
	/** What the log calls it. */
	readonly component: string;
	/** A command that takes longer has failed. */
	readonly answerMaxMs: number;
	readonly log: Log;
}

/** A connection that comes back by itself and never makes anybody wait for that. */
export function openRedis(url: string, { component, answerMaxMs, log }: ConnectionOptions): Redis {
	const redis = new Redis(url, {
		// Everything of one turn of the event loop leaves in one write.
		enableAutoPipelining: true,
		enableOfflineQueue: false,
		autoResendUnfulfilledCommands: false,
		maxRetriesPerRequest: 0,
		commandTimeout: answerMaxMs,
		socketTimeout: 2 * answerMaxMs,
		connectTimeout: 5_000,
		retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 6), 2_000),
	});
	// Told once per outage: a Redis that is away for an hour must not fill the disk.
	let isTold = false;
	redis.on('error', (error) => {
		if (!isTold) log.warn({ component, error }, 'redis_lost');
		isTold = true;
	});
	redis.on('ready', () => {
		if (isTold) log.info({ component }, 'redis_back');
		isTold = false;
	});
	return redis;
}
