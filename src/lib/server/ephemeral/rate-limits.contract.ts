import { beforeEach, describe, expect, test } from 'vitest';
import { RATE_RULES } from '$lib/protocol/rate-rules';
import type { RateLimits } from './rate-limits';

const RULES = Object.entries(RATE_RULES).map(([rule, { points, perS }]) => ({
	rule: rule as keyof typeof RATE_RULES,
	points,
	perS,
}));

export interface RateLimitsWorld {
	/** Another instance on the same counts; in a process that is alone it is the same one. */
	open(): Promise<{ readonly here: RateLimits; readonly there: RateLimits }>;
}

/** What both ways of counting promise. The ends of windows are tested by each one itself. */
export function rateLimitsContract(name: string, world: RateLimitsWorld): void {
	describe(`${name}: how often somebody may do what`, () => {
		let here: RateLimits;
		let there: RateLimits;

		beforeEach(async () => {
			({ here, there } = await world.open());
		});

		test.each(RULES)(
			'$rule: $points in $perS s, then a refusal',
			async ({ rule, points, perS }) => {
				const verdicts = await Promise.all(
					Array.from({ length: points }, () => here.take(rule, 'ana')),
				);
				expect(verdicts).toEqual(Array(points).fill({ ok: true }));
				const refused = await here.take(rule, 'ana');
				if (refused.ok) throw new Error('one too many was let through');
				expect(refused.code).toBe('RATE_LIMIT_EXCEEDED');
				expect(Number.isInteger(refused.retryAfterS)).toBe(true);
				expect(refused.retryAfterS).toBeGreaterThanOrEqual(1);
				expect(refused.retryAfterS).toBeLessThanOrEqual(perS);
			},
		);

		test('a guessing crowd of 50 at once gets ten tries at a handle', async () => {
			const verdicts = await Promise.all(
				Array.from({ length: 50 }, (_, index) =>
					(index % 2 ? here : there).take('login_handle', 'ana'),
				),
			);
			expect(verdicts.filter(({ ok }) => ok)).toHaveLength(10);
		});

		test('people do not use up one another, nor rules one another', async () => {
			await useUp('request', 'ana');
			expect(await here.take('request', 'ana')).toMatchObject({ ok: false });
			expect(await here.take('request', 'ben')).toEqual({ ok: true });
			expect(await here.take('invite', 'ana')).toEqual({ ok: true });
		});

		test('a house full of IPv6 addresses is one address', async () => {
			for (let index = 0; index < RATE_RULES.register.points; index++)
				await here.take('register', `2001:db8:0:7::${index.toString(16)}`);
			expect(await there.take('register', '2001:db8:0:7:ffff::1')).toMatchObject({ ok: false });
			expect(await there.take('register', '2001:db8:0:8::1')).toEqual({ ok: true });
		});

		test('a point that is given back can be used again', async () => {
			await useUp('request', 'ana');
			await there.giveBack('request', 'ana');
			expect(await here.take('request', 'ana')).toEqual({ ok: true });
			expect(await here.take('request', 'ana')).toMatchObject({ ok: false });
		});

		test('giving back what was never taken saves up nothing', async () => {
			for (let time = 0; time < 3; time++) await here.giveBack('request', 'ana');
			await useUp('request', 'ana');
			expect(await here.take('request', 'ana')).toMatchObject({ ok: false });
		});

		async function useUp(rule: keyof typeof RATE_RULES, subject: string) {
			for (let taken = 0; taken < RATE_RULES[rule].points; taken++)
				expect(await here.take(rule, subject)).toEqual({ ok: true });
		}
	});
}
