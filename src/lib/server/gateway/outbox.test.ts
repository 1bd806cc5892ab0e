import { beforeEach, expect, test } from 'vitest';
import { textFrame, textOf } from '$lib/protocol/text-frame';
import { createCounters, type Counters } from '$lib/server/counters';
import { Outbox } from './outbox';

/** A socket whose kernel takes nothing until `drain`, from `clog` on. */
class FakeSocket {
	sent: string[] = [];
	bufferedAmount = 0;
	#isClogged = false;
	#pending: ((error?: Error | null) => void)[] = [];

	readyState = 1;

	write(frame: Buffer, done: (error?: Error | null) => void): boolean {
		this.send(textOf(frame), done);
		return true;
	}
	send(frame: string, done: (error?: Error | null) => void): void {
		this.sent.push(frame);
		if (this.#isClogged) this.bufferedAmount += frame.length;
		this.#pending.push(done);
		if (!this.#isClogged) this.drain();
	}
	clog(): void {
		this.#isClogged = true;
	}
	/** The kernel took what was sent so far. */
	drain(error?: Error): void {
		this.bufferedAmount = 0;
		for (const done of this.#pending.splice(0)) done(error);
	}
}

let socket: FakeSocket;
let outbox: Outbox;
let overflows: number;
let counters: Counters;
beforeEach(() => {
	socket = new FakeSocket();
	overflows = 0;
	counters = createCounters();
	outbox = new Outbox(socket, socket, () => overflows++, counters, 100);
});

test('P5 holds everything back until the first frame', () => {
	outbox.push('b');
	outbox.push('c');
	expect(socket.sent).toEqual([]);
	outbox.open('a');
	outbox.push('d');
	expect(socket.sent).toEqual(['a', 'b', 'c', 'd']);
});

test('P26 a fix that was not sent yet gives way to a newer one of the same person', () => {
	outbox.open('welcome');
	socket.clog();
	outbox.push('under way');
	outbox.push('ana 1', 'ana');
	outbox.push('word 1');
	outbox.push('ben 1', 'ben');
	outbox.push('ana 2', 'ana');
	outbox.push('word 2');
	socket.sent = [];
	while (socket.bufferedAmount > 0) socket.drain();
	expect(socket.sent).toEqual(['ana 2', 'word 1', 'ben 1', 'word 2']);
});

test('P26 a slow reader of fixes never overflows, however many come', () => {
	outbox.open('welcome');
	socket.clog();
	for (let count = 0; count < 10_000; count++) outbox.push(`fix ${count}`, 'ana');
	expect(overflows).toBe(0);
	socket.drain();
	expect(socket.sent.at(-1)).toBe('fix 9999');
});

test('P26 past the limit it is over, once', () => {
	outbox.open('welcome');
	socket.clog();
	for (let count = 0; count < 10; count++) outbox.push('x'.repeat(20));
	expect(overflows).toBe(1);
	const sent = socket.sent.length;
	socket.drain();
	expect(socket.sent).toHaveLength(sent);
});

test('the limit holds for what waits behind the first frame, too', () => {
	for (let count = 0; count < 10; count++) outbox.push('x'.repeat(20));
	expect(overflows).toBe(1);
});

test('a ping that is stuck does not stop it for ever', () => {
	outbox.open('welcome');
	socket.bufferedAmount = 2; // written by somebody else: no callback of ours will come
	outbox.push('a');
	expect(socket.sent).toEqual(['welcome', 'a']);
});

test('its end hands over the rest in order', () => {
	outbox.open('welcome');
	socket.clog();
	for (const frame of ['a', 'b', 'c']) outbox.push(frame);
	outbox.finish();
	outbox.push('late');
	expect(socket.sent).toEqual(['welcome', 'a', 'b', 'c']);
});

test('a broken socket gets nothing more', () => {
	outbox.open('welcome');
	socket.clog();
	outbox.push('a');
	outbox.push('b');
	socket.drain(new Error('EPIPE'));
	outbox.push('c');
	expect(socket.sent).toEqual(['welcome', 'a']);
});

test('whole frames go straight to the stream, in one order with the texts', () => {
	outbox.open('welcome');
	outbox.push(textFrame('fix 1'), 'ana');
	outbox.push('word');
	outbox.push(textFrame('fix 2'), 'ana');
	expect(socket.sent).toEqual(['welcome', 'fix 1', 'word', 'fix 2']);
});

test('behind a goodbye that ws wrote no whole frame follows', () => {
	outbox.open('welcome');
	socket.readyState = 2;
	outbox.push(textFrame('fix 1'), 'ana');
	outbox.push(textFrame('fix 2'), 'ana');
	expect(socket.sent).toEqual(['welcome']);
});
