import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EPHEMERAL_TTL_MS } from './ephemeral';
import { ephemeralContract, MEETING, OTHER_MEETING, sharedFixAt } from './ephemeral.contract';
import { createMemoryEphemeral } from './memory';

ephemeralContract('in memory', {
	open(now) {
		const alone = createMemoryEphemeral({ now });
		return { here: alone, there: alone };
	},
});

const ANA = 'ana';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('forgets a meeting 10 minutes after its last word', async () => {
	const memory = createMemoryEphemeral({ now: Date.now });
	memory.keepPresence(MEETING, ANA, { connectionId: null, instanceId: null, lastSeenAtMs: 0 });
	await vi.advanceTimersByTimeAsync(EPHEMERAL_TTL_MS - 1);
	expect((await memory.traces(MEETING)).size).toBe(1);
	await vi.advanceTimersByTimeAsync(1);
	expect((await memory.traces(MEETING)).size).toBe(0);
	await memory.close();
});

test('does not grow without end: beyond the most the oldest meeting goes', async () => {
	const memory = createMemoryEphemeral({ now: Date.now, meetingsMax: 1 });
	memory.keepFix(MEETING, ANA, sharedFixAt(Date.now()));
	memory.keepFix(OTHER_MEETING, ANA, sharedFixAt(Date.now()));
	expect((await memory.traces(MEETING)).size).toBe(0);
	expect((await memory.traces(OTHER_MEETING)).size).toBe(1);
	await memory.close();
});
