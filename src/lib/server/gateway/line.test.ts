import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { WebSocket } from 'ws';
import type { CloseName } from '$lib/protocol';
import { createCounters } from '$lib/server/counters';
import { SILENT } from '$lib/server/log';
import { TIMINGS } from './deps';
import { Line } from './line';
import { Strikes } from './rate';

/** With the times that are real, on a clock of its own. */
class FakeSocket extends EventEmitter {
	bufferedAmount = 0;
	pings = 0;
	goodbye: number | null = null;
	isCut = false;
	send = (_frame: string, done: () => void) => done();
	ping = () => {
		this.pings++;
	};
	close = (code: number) => void (this.goodbye = code);
	terminate = () => {
		this.isCut = true;
		this.emit('close');
	};
	pause = () => undefined;
	resume = () => undefined;
}

let socket: FakeSocket;
let over: (CloseName | null)[];
let line: Line;
let heartbeat: NodeJS.Timeout;
const startedAtMs = Date.parse('2026-11-24T08:00:00Z');
beforeEach(() => {
	vi.useFakeTimers({ now: startedAtMs });
	socket = new FakeSocket();
	over = [];
	line = new Line({
		id: 'line',
		socket: socket as unknown as WebSocket,
		stream: { write: () => true },
		timings: TIMINGS,
		strikes: new Strikes(500, 10_000),
		now: Date.now,
		log: SILENT,
		counters: createCounters(),
		onFrame: () => undefined,
		onOver: (why) => over.push(why),
	});
	// As the gateway does, for all sockets together.
	heartbeat = setInterval(() => {
		if (!line.beat()) line.close('dead');
	}, TIMINGS.heartbeatMs);
});
afterEach(() => {
	clearInterval(heartbeat);
	vi.useRealTimers();
});

function secondsUntil(isSo: () => boolean): number {
	const fromMs = Date.now();
	while (!isSo() && Date.now() - fromMs < 300_000) vi.advanceTimersByTime(100);
	return (Date.now() - fromMs) / 1000;
}

describe('P61 half-open', () => {
	test.each([
		['just after a beat', 0],
		['just before one', 24_900],
		['between two', 10_000],
	])('P61 whoever falls silent %s is gone in less than a minute, cut and all', (_name, atMs) => {
		line.open('welcome');
		vi.advanceTimersByTime(TIMINGS.heartbeatMs + atMs);
		socket.emit('pong');
		expect(secondsUntil(() => socket.goodbye !== null)).toBeLessThanOrEqual(55);
		expect(socket.goodbye).toBe(4408);
		expect(socket.pings).toBe(3); // one was answered, two were not
		expect(over).toEqual(['dead']);
		expect(secondsUntil(() => socket.isCut)).toBeLessThan(5);
	});

	test('P61 an answer to the second ping that comes late, but in time, is one', () => {
		line.open('welcome');
		vi.advanceTimersByTime(2 * TIMINGS.heartbeatMs + TIMINGS.pongMs - 100);
		socket.emit('pong');
		vi.advanceTimersByTime(TIMINGS.heartbeatMs);
		expect(socket.goodbye).toBeNull();
	});
});

test('P9 without a first word in 10 s it is over with 1013; with one it is not', () => {
	vi.advanceTimersByTime(9_900);
	expect(socket.goodbye).toBeNull();
	vi.advanceTimersByTime(100);
	expect([socket.goodbye, over]).toEqual([1013, ['overloaded']]);
	expect(line.isOver).toBe(true);
});

test('what is over leaves no timer', () => {
	line.open('welcome');
	vi.advanceTimersByTime(2 * TIMINGS.heartbeatMs);
	clearInterval(heartbeat);
	socket.emit('close');
	expect(vi.getTimerCount()).toBe(0);
});
