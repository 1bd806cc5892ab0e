import type { Result } from 'ioredis';
import type { RedisCommands } from '$lib/server/redis';

declare module 'ioredis' {
	interface RedisCommander<Context> {
		/**
		 * Sets one field of a meeting's hash and prolongs it, unless the meeting is gone or what stands is
		 * later: of both values the property `laterBy` tells. Where it is '' the last one to come stands.
		 */
		keepTrace(
			traces: string,
			gone: string,
			field: string,
			value: string,
			ttlMs: number,
			laterBy: string,
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

/** The same connection, with these commands of ours. */
export function withScripts(redis: RedisCommands): RedisCommands {
	redis.defineCommand('keepTrace', {
		numberOfKeys: 2,
		lua: `if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
local known = ARGV[4] ~= '' and redis.call('HGET', KEYS[1], ARGV[1])
if known then
	local isRead, old = pcall(cjson.decode, known)
	local before = isRead and type(old) == 'table' and old[ARGV[4]]
	local after = cjson.decode(ARGV[2])[ARGV[4]]
	local isComparable = type(before) == 'number' or type(before) == 'string'
	if isComparable and type(before) == type(after) and before > after then return 0 end
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[3]) then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
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
