import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLog, type Log } from './log';
import { startWorker, type Worker } from './worker';

let worker: Worker | undefined;
let lines: string[];
let log: Log;

beforeEach(() => {
	vi.useFakeTimers();
	lines = [];
	log = createLog('info', { write: (line) => void lines.push(line) });
});
afterEach(async () => {
	await worker?.stop();
	vi.useRealTimers();
});

test('the worker looks at once and then every two seconds', async () => {
	const endOverdue = vi.fn(() => Promise.resolve(0));
	worker = startWorker({ meetings: { endOverdue }, log });
	expect(endOverdue).toHaveBeenCalledTimes(1);
	await vi.advanceTimersByTimeAsync(6_000);
	expect(endOverdue).toHaveBeenCalledTimes(4);
	expect(lines).toEqual([]);
});

test('a round that takes long is not joined by a second one', async () => {
	const { promise, resolve } = endless();
	const endOverdue = vi.fn(() => promise);
	worker = startWorker({ meetings: { endOverdue }, log });
	await vi.advanceTimersByTimeAsync(60_000);
	expect(endOverdue).toHaveBeenCalledTimes(1);
	resolve(2);
	await vi.advanceTimersByTimeAsync(2_000);
	expect(endOverdue).toHaveBeenCalledTimes(2);
});

test('an outage is logged once, and so is its end', async () => {
	let isAway = true;
	const endOverdue = vi.fn(() =>
		isAway ? Promise.reject(new Error('connect ECONNREFUSED')) : Promise.resolve(0),
	);
	worker = startWorker({ meetings: { endOverdue }, log });
	await vi.advanceTimersByTimeAsync(10_000);
	isAway = false;
	await vi.advanceTimersByTimeAsync(10_000);
	isAway = true;
	await vi.advanceTimersByTimeAsync(10_000);
	expect(endOverdue).toHaveBeenCalledTimes(16);
	expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
		'worker_failed',
		'worker_recovered',
		'worker_failed',
	]);
});

test('stopping waits for the running round and begins no other', async () => {
	const { promise, resolve } = endless();
	const endOverdue = vi.fn(() => promise);
	const stopping = startWorker({ meetings: { endOverdue }, log });
	let isStopped = false;
	const stopped = stopping.stop().then(() => (isStopped = true));
	await vi.advanceTimersByTimeAsync(10_000);
	expect(isStopped).toBe(false);
	resolve(0);
	await stopped;
	await vi.advanceTimersByTimeAsync(10_000);
	expect(endOverdue).toHaveBeenCalledTimes(1);
});

/** A round that goes on until it is told how many it ended. */
function endless() {
	let resolve: (count: number) => void = () => {};
	const promise = new Promise<number>((settle) => (resolve = settle));
	return { promise, resolve };
}
