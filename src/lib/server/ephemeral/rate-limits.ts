import { createHash } from 'node:crypto';
import {
	RateLimiterMemory,
	RateLimiterRedis,
	RateLimiterRes,
	type RateLimiterAbstract,
} from 'rate-limiter-flexible';
import { RATE_RULES, type RateRule } from '$lib/protocol/rate-rules';
import type { Log } from '$lib/server/log';
import type { RedisCommands, RedisLink } from '$lib/server/redis';
import { addressSubject } from './address-subject';
import { createOutsideRequests } from './outside-requests';

export type RateVerdict =
	| { readonly ok: true }
	| { readonly ok: false; readonly code: 'RATE_LIMIT_EXCEEDED'; readonly retryAfterS: number };

export interface RateLimits {
	/**
	 * Counts one. Never throws; while Redis is away this process counts for itself. An IPv6 address
	 * counts as its /64, see `addressSubject`.
	 */
	take(rule: RateRule, subject: string): Promise<RateVerdict>;
	/** Gives the point back: for a login that was right. */
	giveBack(rule: RateRule, subject: string): Promise<void>;
}

export interface RateLimitsDeps {
	/** Null: the process counts alone. */
	readonly link: RedisLink | null;
	readonly log: Log;
}

export function createRateLimits({ link, log }: RateLimitsDeps): RateLimits {
	return link === null
		? createMemoryRateLimits({ log })
		: createRedisRateLimits({ redis: link.commands, log });
}

export function createMemoryRateLimits({ log }: { readonly log: Log }): RateLimits {
	return limitsOf(memoryLimiter, log);
}

export interface RedisRateLimitsDeps {
	readonly redis: RedisCommands;
	readonly log: Log;
	readonly prefix?: string;
}

export function createRedisRateLimits({
	redis,
	log,
	prefix = 'limit:',
}: RedisRateLimitsDeps): RateLimits {
	const limiter = (rule: RateRule) =>
		new RateLimiterRedis({
			storeClient: redis,
			rejectIfRedisNotReady: true,
			keyPrefix: `${prefix}${rule}`,
			points: RATE_RULES[rule].points,
			duration: RATE_RULES[rule].perS,
			insuranceLimiter: memoryLimiter(rule),
		});
	return limitsOf(limiter, log);
}

function memoryLimiter(rule: RateRule): RateLimiterAbstract {
	const { points, perS } = RATE_RULES[rule];
	return new RateLimiterMemory({ keyPrefix: rule, points, duration: perS });
}

function limitsOf(limiterOf: (rule: RateRule) => RateLimiterAbstract, log: Log): RateLimits {
	const limiters: Record<RateRule, RateLimiterAbstract> = {
		login_handle: limiterOf('login_handle'),
		login_address: limiterOf('login_address'),
		register: limiterOf('register'),
		guest_redeem: limiterOf('guest_redeem'),
		guest_start: limiterOf('guest_start'),
		request: limiterOf('request'),
		invite: limiterOf('invite'),
		search: limiterOf('search'),
		location: limiterOf('location'),
		change: limiterOf('change'),
	};
	// In memory every count has a timer of its own, of up to an hour.
	const outside = createOutsideRequests();
	return {
		async take(rule, subject) {
			try {
				await outside(() => limiters[rule].consume(subjectKey(subject)));
				return { ok: true };
			} catch (refusal) {
				if (refusal instanceof RateLimiterRes) return exceeded(refusal.msBeforeNext);
				// Neither Redis nor memory: a limit that is broken must not lock everybody out.
				log.error({ component: 'limits', type: rule, error: refusal }, 'limit_not_counted');
				return { ok: true };
			}
		},

		async giveBack(rule, subject) {
			const limiter = limiters[rule];
			const key = subjectKey(subject);
			try {
				// Where the count has run out there is nothing to give back: it would be one point too many.
				const counted = await limiter.get(key);
				if (counted && counted.consumedPoints > 0) await outside(() => limiter.reward(key));
			} catch (error) {
				log.error({ component: 'limits', type: rule, error }, 'limit_not_given_back');
			}
		},
	};
}

function exceeded(msBeforeNext: number): RateVerdict {
	const retryAfterS = Math.max(1, Math.ceil(msBeforeNext / 1000));
	return { ok: false, code: 'RATE_LIMIT_EXCEEDED', retryAfterS };
}

/** Handles and addresses are nobody's business: Redis sees a hash, which also has one length for all. */
function subjectKey(subject: string): string {
	return createHash('sha256').update(addressSubject(subject)).digest('base64url').slice(0, 22);
}
