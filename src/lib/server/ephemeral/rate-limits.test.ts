import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { RATE_RULES } from '$lib/protocol/rate-rules';
import { SILENT } from '$lib/server/log';
import { addressSubject } from './address-subject';
import { createMemoryRateLimits, createRateLimits } from './rate-limits';
import { rateLimitsContract } from './rate-limits.contract';

rateLimitsContract('in memory', {
	open() {
		const alone = createMemoryRateLimits({ log: SILENT });
		return Promise.resolve({ here: alone, there: alone });
	},
});

describe('the clock', () => {
	beforeEach(() => vi.useFakeTimers());
	afterEach(() => vi.useRealTimers());

	test('the window ends when it was said to, and refusals do not prolong it', async () => {
		const limits = createRateLimits({ link: null, log: SILENT });
		for (let taken = 0; taken < RATE_RULES.request.points; taken++)
			await limits.take('request', 'ana');
		await vi.advanceTimersByTimeAsync(10_500);
		const refused = { ok: false, code: 'RATE_LIMIT_EXCEEDED', retryAfterS: 50 };
		expect(await limits.take('request', 'ana')).toEqual(refused);
		await vi.advanceTimersByTimeAsync(49_400);
		expect(await limits.take('request', 'ana')).toEqual({ ...refused, retryAfterS: 1 });
		await vi.advanceTimersByTimeAsync(100);
		expect(await limits.take('request', 'ana')).toEqual({ ok: true });
	});
});

test.each([
	['192.0.2.7', '192.0.2.7'],
	['::ffff:192.0.2.7', '192.0.2.7'],
	['::FFFF:c000:207', '192.0.2.7'],
	['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
	['2001:0DB8:0001:0002::', '2001:db8:1:2::/64'],
	['2001:db8::1', '2001:db8:0:0::/64'],
	['::1', '0:0:0:0::/64'],
	['::', '0:0:0:0::/64'],
	['fe80::1%eth0', 'fe80:0:0:0::/64'],
	['64:ff9b::192.0.2.7', '64:ff9b:0:0::/64'],
	['ana_7', 'ana_7'],
	['not:an:address', 'not:an:address'],
	['', ''],
])('the address %s counts as %s', (address, subject) => {
	expect(addressSubject(address)).toBe(subject);
});
