import { describe, expect, test } from 'vitest';
import { ServerClock } from './clock';

describe('the server’s clock', () => {
	test('is one’s own while nothing is known', () => {
		expect(new ServerClock().atServer(5)).toBe(5);
	});

	test('is guessed from what comes by itself, and known better from an answer', () => {
		const clock = new ServerClock();
		clock.told(100_000, 40_000, 10_000);
		expect(clock.offsetMs).toBe(60_000);
		clock.answered(50_000, 111_100, 50_200);
		expect(clock.offsetMs).toBe(61_000);
		clock.told(120_000, 60_000);
		expect(clock.offsetMs).toBe(61_000);
	});

	test('of two answers the quicker one counts, of equals the newer', () => {
		const clock = new ServerClock();
		clock.answered(0, 1_050, 100);
		clock.answered(1_000, 3_000, 2_000);
		expect(clock.offsetMs).toBe(1_000);
		clock.answered(5_000, 7_050, 5_100);
		expect(clock.offsetMs).toBe(2_000);
	});

	test('a round trip that ended before it began is no measure', () => {
		const clock = new ServerClock();
		clock.answered(9_000, 5, 8_000);
		expect(clock.offsetMs).toBe(0);
	});

	test('follows a device whose clock was changed', () => {
		const clock = new ServerClock();
		clock.answered(0, 10, 20);
		for (let turn = 1; turn <= 8; turn++) clock.answered(turn, turn + 60_100, turn + 200);
		expect(clock.offsetMs).toBe(60_000);
	});
});
