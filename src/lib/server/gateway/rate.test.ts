import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Allowances, Strikes, TokenBucket } from './rate';

test('P14 a bucket gives its burst at once and then its rate', () => {
	const bucket = new TokenBucket(10, 10, 0);
	expect(Array.from({ length: 10 }, () => bucket.take(0))).toEqual(Array(10).fill(0));
	expect([bucket.take(0), bucket.take(40), bucket.take(100)]).toEqual([100, 60, 0]);
	expect(bucket.take(100)).toBe(100);
});

test('P14 a clock that is set back takes nothing away', () => {
	const bucket = new TokenBucket(10, 10, 1_000);
	bucket.take(1_000);
	for (let count = 0; count < 9; count++) expect(bucket.take(0)).toBe(0);
	expect(bucket.take(0)).toBe(100);
});

test('P14 in no span of time does a bucket give more than burst + rate × time', () => {
	fc.assert(
		fc.property(fc.array(fc.nat({ max: 300 }), { minLength: 1, maxLength: 200 }), (gapsMs) => {
			const bucket = new TokenBucket(10, 10, 0);
			const givenAtMs: number[] = [];
			let nowMs = 0;
			for (const gapMs of gapsMs) if (bucket.take((nowMs += gapMs)) === 0) givenAtMs.push(nowMs);
			for (const [first, fromMs] of givenAtMs.entries()) {
				for (const [last, toMs] of givenAtMs.entries())
					if (last >= first)
						expect(last - first + 1).toBeLessThanOrEqual(10 + (10 * (toMs - fromMs)) / 1000 + 1e-6);
			}
		}),
		{ numRuns: 50 },
	);
});

test('P13 strikes count within their window only', () => {
	const strikes = new Strikes(3, 100);
	expect([0, 50, 100, 150].map((atMs) => strikes.isOut(atMs))).toEqual([
		false,
		false,
		false,
		false,
	]);
	expect(strikes.isOut(199)).toBe(true);
});

test('P14 allowances go when they are as good as new, not before, and never under a socket', () => {
	const allowances = new Allowances();
	const first = allowances.take('m ana', 0);
	allowances.sweep(100_000);
	expect(allowances.take('m ana', 100_000)).toBe(first);
	allowances.giveBack(first, 100_000);
	allowances.giveBack(first, 100_000);
	allowances.sweep(110_000);
	expect(allowances.size).toBe(1);
	allowances.sweep(110_001);
	expect(allowances.size).toBe(0);
});
