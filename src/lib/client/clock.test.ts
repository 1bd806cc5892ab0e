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

	test('a measurement outlives any number of frames that came unasked and late', () => {
		const clock = new ServerClock();
		clock.answered(0, 60_050, 100);
		for (let second = 1; second <= 60; second++)
			clock.told(60_000 + second * 1_000, second * 1_000 + 1_200);
		expect(clock.offsetMs).toBe(60_000);
	});

	test('measurements from before the device’s clock was set are forgotten at the next one', () => {
		const clock = new ServerClock();
		for (let turn = 0; turn < 8; turn++) clock.answered(turn, turn + 10, turn + 20);
		clock.answered(100, 60_200, 300);
		expect(clock.offsetMs).toBe(60_000);
	});
});
