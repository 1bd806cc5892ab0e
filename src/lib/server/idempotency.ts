import { createHash } from 'node:crypto';
import { done, refuse, type Result } from '$lib/result';
import { isDatabaseAway, type Db } from './db';
import { claimKey, findKey, keepAnswer, releaseKey, type Claim } from './db/idempotency';
import { RETENTION } from './retention';
import { openAnswer, sealAnswer } from './sealed-answer';

export interface KeptAnswer {
	readonly status: number;
	readonly body: string;
	readonly contentType: string;
}

export interface Idempotency {
	/**
	 * Runs `work` once per caller and key and keeps its answer for an hour; the same call again gets the
	 * same answer, and waits for it while the first is under way here; where that runs on another server
	 * it is IDEMPOTENCY_IN_PROGRESS. Another call with the same key is IDEMPOTENCY_KEY_REUSED. Throws,
	 * answers of 5xx and 429, and those that say what is wrong with the call itself are not kept. The
	 * kept answer is sealed with the key, of which the database has only a hash; with it the call is
	 * hashed too, whose body may hold a password.
	 */
	once(
		call: {
			/** The person, or for strangers `stranger`. */
			readonly caller: string;
			readonly key: string;
			/** Method and path with its ids. */
			readonly route: string;
			readonly body: string;
			/**
			 * Who the caller may have been when he first called: a stranger to whom the answer, if `isHis`,
			 * has given a login.
			 */
			readonly formerly?: {
				readonly caller: string;
				isHis(answer: KeptAnswer): boolean;
			};
		},
		work: () => Promise<KeptAnswer>,
	): Promise<
		Result<
			{ readonly answer: KeptAnswer; readonly isReplay: boolean },
			'IDEMPOTENCY_KEY_REUSED' | 'IDEMPOTENCY_IN_PROGRESS'
		>
	>;
}

export interface IdempotencyDeps {
	readonly db: Db;
	readonly now: () => number;
}

const KEPT_MS = RETENTION.idempotencyHours * 60 * 60_000;
/** No call takes that long: whoever began it is dead, and the caller may try again. */
const ABANDONED_MS = 60_000;

export function createIdempotency({ db, now }: IdempotencyDeps): Idempotency {
	/** By key, what this process is about. */
	const underWay = new Map<string, Promise<KeptAnswer>>();
	return {
		async once({ caller, key, route, body, formerly }, work) {
			const id = idOf(caller, key);
			const call = sha256(`${key}\n${route}\n${body}`);
			const his = formerly && (await keptFor(formerly.caller, key, call));
			if (his && formerly.isHis(his)) return done({ answer: his, isReplay: true });
			for (;;) {
				const atMs = now();
				const claim = { id, call, atMs };
				const limits = { keptSinceMs: atMs - KEPT_MS, answeredSinceMs: atMs - ABANDONED_MS };
				if (await claimKey(db, claim, limits))
					return done({ answer: await running(claim, key, work), isReplay: false });
				const first = await findKey(db, id);
				// Gone between the two: the first call failed just now, and this one may be the first.
				if (!first) continue;
				if (first.call !== call) return refuse('IDEMPOTENCY_KEY_REUSED');
				if (first.answer !== null)
					return done({ answer: openAnswer(first.answer, key, id), isReplay: true });
				const others = underWay.get(id);
				if (!others) return refuse('IDEMPOTENCY_IN_PROGRESS');
				// Whether or not it comes to an answer: the next look tells.
				await Promise.allSettled([others]);
			}
		},
	};

	async function keptFor(caller: string, key: string, call: string): Promise<KeptAnswer | null> {
		const id = idOf(caller, key);
		const kept = await findKey(db, id);
		if (kept?.call !== call || kept.answer === null) return null;
		return kept.createdAtMs > now() - KEPT_MS ? openAnswer(kept.answer, key, id) : null;
	}

	function running(
		claim: Claim,
		key: string,
		work: () => Promise<KeptAnswer>,
	): Promise<KeptAnswer> {
		const answering = answerOnce(claim, key, work).finally(() => {
			if (underWay.get(claim.id) === answering) underWay.delete(claim.id);
		});
		underWay.set(claim.id, answering);
		return answering;
	}

	async function answerOnce(
		claim: Claim,
		key: string,
		work: () => Promise<KeptAnswer>,
	): Promise<KeptAnswer> {
		let answer: KeptAnswer | null = null;
		try {
			answer = await work();
			return answer;
		} finally {
			await settle(claim, answer && isKept(answer) ? sealAnswer(answer, key, claim.id) : null);
		}
	}

	async function settle(claim: Claim, sealed: string | null): Promise<void> {
		try {
			await (sealed === null ? releaseKey(db, claim) : keepAnswer(db, claim, sealed));
		} catch (error) {
			// What was done is done, and its answer is true whether or not it could be kept.
			if (!isDatabaseAway(error)) throw error;
		}
	}
}

/** Nobody is logged in, too large, no JSON, wrong fields: nothing was begun. */
const NOT_BEGUN = new Set([401, 413, 415, 422]);

/**
 * What may go better the next time must be tried again. What was never begun costs nothing to refuse
 * again, and strangers, who may send as much of it as they like, must not fill the database with it.
 */
function isKept({ status }: KeptAnswer): boolean {
	return status < 500 && status !== 429 && !NOT_BEGUN.has(status);
}

function idOf(caller: string, key: string): string {
	return sha256(`${caller}|${key}`);
}

function sha256(text: string): string {
	return createHash('sha256').update(text).digest('hex');
}
