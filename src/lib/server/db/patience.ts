import type { Sql } from 'postgres';
import { isDatabaseAway } from './away';

export interface Pool {
	/** For drizzle: statements and transactions, each of which is answered in time or fails as away. */
	readonly client: Sql;
	end(): Promise<void>;
}

/**
 * A pool of postgres.js that waits `withinMs` for an answer: by itself it would wait for ever for a
 * server that took the question and then hangs, or whose cable was pulled. Where nothing else was
 * answered in the meantime either, its connections count as dead: whatever waits on them fails at
 * once, and the next question gets new ones.
 */
export function openPool(connect: () => Sql, withinMs: number): Pool {
	let pool = connect();
	let answered = 0;

	const client = new Proxy(pool, {
		get(_, name) {
			if (name === 'unsafe') return unsafe;
			if (name === 'begin') return begin;
			return Reflect.get(pool, name) as unknown;
		},
	});
	return { client, end: () => pool.end({ timeout: 5 }) };

	/** Answers what drizzle uses of a pending query: it is awaited, or its `values()` are. */
	function unsafe(...question: Parameters<Sql['unsafe']>) {
		const query = pool.unsafe(...question);
		return {
			values: () => inTime(query.values()),
			then: (...then: Parameters<Promise<unknown>['then']>) => inTime(query).then(...then),
		};
	}

	function begin(work: Parameters<Sql['begin']>[1]): Promise<unknown> {
		let isTooLate = false;
		const transaction = pool.begin(async (tx) => {
			// Whoever asked has been told that it did not work: so it must not.
			if (isTooLate) throw notAnswered();
			return work(tx);
		});
		return inTime(transaction, () => (isTooLate = true));
	}

	async function inTime<T>(answer: Promise<T>, onTooLate?: () => void): Promise<T> {
		const [asked, answeredBefore] = [pool, answered];
		let timer: NodeJS.Timeout | undefined;
		const tooLate = new Promise<never>((_, reject) => {
			timer = setTimeout(() => {
				onTooLate?.();
				reject(notAnswered());
				if (pool === asked && answered === answeredBefore) renew();
			}, withinMs);
		});
		try {
			return await Promise.race([counted(answer), tooLate]);
		} finally {
			clearTimeout(timer);
		}
	}

	/** A refusal is an answer, too. */
	async function counted<T>(answer: Promise<T>): Promise<T> {
		try {
			const value = await answer;
			answered++;
			return value;
		} catch (error) {
			if (!isDatabaseAway(error)) answered++;
			throw error;
		}
	}

	function renew(): void {
		const dead = pool;
		pool = connect();
		// Drizzle has told the first one how it wants its values.
		Object.assign(pool.options.parsers, dead.options.parsers);
		Object.assign(pool.options.serializers, dead.options.serializers);
		void dead.end({ timeout: 0 });
	}
}

function notAnswered(): Error {
	return Object.assign(new Error('the database did not answer in time'), { code: 'ETIMEDOUT' });
}
