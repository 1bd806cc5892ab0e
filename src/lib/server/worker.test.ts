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
	expect(written().map(({ msg }) => msg)).toEqual([
		'worker_failed',
		'worker_recovered',
		'worker_failed',
	]);
});

test('requests are looked at every two seconds, old rows once in ten minutes', async () => {
	const expireOverdue = vi.fn(() => Promise.resolve(0));
	const sweep = vi.fn(() => Promise.resolve({}));
	const quiet = { endOverdue: () => Promise.resolve(0) };
	worker = startWorker({
		meetings: quiet,
		requests: { expireOverdue },
		retention: { sweep },
		log,
	});
	expect(expireOverdue).toHaveBeenCalledTimes(1);
	expect(sweep).toHaveBeenCalledTimes(1);
	await vi.advanceTimersByTimeAsync(10 * 60_000 - 1);
	expect(expireOverdue).toHaveBeenCalledTimes(300);
	expect(sweep).toHaveBeenCalledTimes(1);
	await vi.advanceTimersByTimeAsync(1);
	expect(sweep).toHaveBeenCalledTimes(2);
	expect(lines).toEqual([]);
});

test('a part that fails or takes long holds up no other', async () => {
	const endOverdue = vi.fn(() => Promise.reject(new Error('a bug')));
	const expireOverdue = vi.fn(() => Promise.resolve(0));
	const { promise, resolve } = endless();
	const sweep = vi.fn(() => promise.then((guests) => ({ guests })));
	worker = startWorker({
		meetings: { endOverdue },
		requests: { expireOverdue },
		retention: { sweep },
		log,
	});
	await vi.advanceTimersByTimeAsync(20_000);
	expect(endOverdue).toHaveBeenCalledTimes(11);
	expect(expireOverdue).toHaveBeenCalledTimes(11);
	expect(written()).toMatchObject([{ msg: 'worker_failed', component: 'meetings' }]);
	resolve(0);
});

test('the log says how many of what, and nothing of what was none', async () => {
	worker = startWorker({
		meetings: { endOverdue: () => Promise.resolve(2) },
		requests: { expireOverdue: () => Promise.resolve(3) },
		retention: { sweep: () => Promise.resolve({ guests: 4, invites: 0 }) },
		log,
	});
	await vi.advanceTimersByTimeAsync(0);
	expect(written()).toEqual([
		expect.objectContaining({ msg: 'overdue_meetings_ended', count: 2 }),
		expect.objectContaining({ msg: 'overdue_requests_expired', count: 3 }),
		expect.objectContaining({ msg: 'old_rows_deleted', type: 'guests', count: 4 }),
	]);
});

test('stopping tells a long sweep to end early', async () => {
	const signals: (AbortSignal | undefined)[] = [];
	const sweep = (signal?: AbortSignal) => {
		signals.push(signal);
		return new Promise<Record<string, number>>((resolve) =>
			signal?.addEventListener('abort', () => resolve({})),
		);
	};
	const meetings = { endOverdue: () => Promise.resolve(0) };
	await startWorker({ meetings, retention: { sweep }, log }).stop();
	expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
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

function written() {
	return lines.map((line) => JSON.parse(line) as { msg: string });
}

/** A round that goes on until it is told how many it ended. */
function endless() {
	let resolve: (count: number) => void = () => {};
	const promise = new Promise<number>((settle) => (resolve = settle));
	return { promise, resolve };
}
