import type { z } from 'zod';
import type { RateRule } from './rate-rules';
import type { Refusal } from './refusals';

/** One call of `/api/v1`, as its contract tells it: what goes in, and what comes out. */
export interface RestRoute {
	readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
	/** Under `/api/v1`, with its ids in braces. */
	readonly path: string;
	/** One line. */
	readonly summary: string;
	/** Whatever else a caller has to know. */
	readonly description?: string;
	/** `account`: a login that is no guest's. */
	readonly auth: 'none' | 'optional' | 'required' | 'account';
	readonly query?: z.ZodObject;
	/** Headers that the call needs, and what they are. */
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: z.ZodType;
	/** What comes of it, by status; null: an empty answer. */
	readonly answers: Readonly<Record<number, z.ZodType | null>>;
	/** What such an answer means, where there is more to say than that it is done. */
	readonly outcomes?: Readonly<Record<number, string>>;
	/** The answer gives or takes the login cookie. */
	readonly setsCookie?: true;
	/** Beside those that every call of its kind may be refused with. */
	readonly problems?: readonly Refusal[];
	/** What it counts as, and for whom; unsafe calls count as `change` unless told. */
	readonly rates?: readonly Rate[];
}

export type Rate = readonly [rule: RateRule, forWhom: string];
