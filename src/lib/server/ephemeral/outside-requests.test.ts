import { expect, test } from 'vitest';
import { RATE_RULES } from '$lib/protocol/rate-rules';
import { SILENT } from '$lib/server/log';
import { testLink } from '$lib/server/redis/testing';
import { createOutsideRequests } from './outside-requests';
import { createRateLimits } from './rate-limits';
import { isForgotten } from './testing-requests';

const HOUR_MS = 3_600_000;

test('a timer keeps the request that started it, unless it is started outside', async () => {
	const timers: NodeJS.Timeout[] = [];
	const start = () => void timers.push(setTimeout(() => undefined, HOUR_MS).unref());
	const outside = createOutsideRequests();
	expect(await isForgotten(start)).toBe(false);
	expect(await isForgotten(() => outside(start))).toBe(true);
	for (const timer of timers) clearTimeout(timer);
});

test.each([
	['of a process that is alone', null],
	['while Redis is away', testLink('redis://127.0.0.1:1')],
])('a limit %s counts for an hour, and forgets the request at once', async (_name, link) => {
	const limits = createRateLimits({ link, log: SILENT });
	expect(await isForgotten(() => limits.take('register', '192.0.2.7'))).toBe(true);
	expect(await isForgotten(() => limits.giveBack('register', '192.0.2.7'))).toBe(true);
	for (let taken = 0; taken < RATE_RULES.register.points; taken++)
		await limits.take('register', '192.0.2.7');
	expect(await limits.take('register', '192.0.2.7')).toMatchObject({ ok: false });
	await link?.close();
});
