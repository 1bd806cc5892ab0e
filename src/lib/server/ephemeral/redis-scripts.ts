import type { Result } from 'ioredis';
import type { RedisCommands } from '$lib/server/redis';

declare module 'ioredis' {
	interface RedisCommander<Context> {
		/**
		 * Sets fields of meetings' hashes and prolongs these, unless the meeting is gone; a field that stands
		 * and is later stays. First the number of keys; two keys for each meeting, its traces and its
		 * tombstone; then the TTL in milliseconds, and for each meeting how many words follow and the fields
		 * and values (`redis-values`) that they are.
		 */
		keepTraces(...keysAndWords: (string | number)[]): Result<number, Context>;
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
	redis.defineCommand('keepTraces', {
		lua: `local function timeOf(value)
  return value and tonumber(string.match(value, '^!?(%d+) ')) or 0
end
local at = 2
for i = 1, #KEYS, 2 do
  local last = at + tonumber(ARGV[at])
  if redis.call('EXISTS', KEYS[i + 1]) == 0 then
    for word = at + 1, last, 2 do
      local field, value = ARGV[word], ARGV[word + 1]
      if string.sub(value, 1, 1) == '!' or timeOf(redis.call('HGET', KEYS[i], field)) <= timeOf(value) then
        redis.call('HSET', KEYS[i], field, value)
      end
    end
    if redis.call('PTTL', KEYS[i]) < tonumber(ARGV[1]) then redis.call('PEXPIRE', KEYS[i], ARGV[1]) end
  end
  at = last + 1
end
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
