import { describe, expect, test } from 'vitest';
import { distanceM, pointAt } from '$lib/geo';
import { FRAMES_MAX, toFrame, withFrame, type Frame } from './frames';
import { halfSideM, HARBOUR, spotOf, startOf, stepOf } from './plane';
import { readSeat } from './seat';

describe('the seat in the address', () => {
	test.each([
		['#session=a&token=b', { session: 'a', token: 'b' }],
		['#token=b-_c&session=a', { session: 'a', token: 'b-_c' }],
		['#session=a', { session: 'a', token: '' }],
		['#token=b', null],
		['#content', null],
		['', null],
	])('%j', (hash, seat) => {
		expect(readSeat(hash)).toEqual(seat);
	});
});

describe('frames', () => {
	test('are shown with their type, indented', () => {
		const frame = toFrame(1, 5, 'in', '{"type":"pong","payload":{}}');
		expect(frame).toMatchObject({ id: 1, atMs: 5, direction: 'in', type: 'pong' });
		expect(frame.text).toBe('{\n  "type": "pong",\n  "payload": {}\n}');
	});

	test.each(['not JSON', '{"a":1}', 'null', '[]'])('also what has none: %s', (raw) => {
		expect(toFrame(1, 5, 'out', raw).type).toBe('?');
	});

	test(`the newest ${FRAMES_MAX} are kept, newest first`, () => {
		let frames: readonly Frame[] = [];
		for (let id = 1; id <= FRAMES_MAX + 5; id++)
			frames = withFrame(frames, toFrame(id, 0, 'in', ''));
		expect(frames).toHaveLength(FRAMES_MAX);
		expect(frames[0]?.id).toBe(FRAMES_MAX + 5);
	});
});

describe('the plane', () => {
	test.each([
		['ArrowUp', false, { deg: 0, metres: 1 }],
		['ArrowRight', true, { deg: 90, metres: 10 }],
		['ArrowDown', false, { deg: 180, metres: 1 }],
		['ArrowLeft', true, { deg: 270, metres: 10 }],
		['Tab', false, null],
	])('%s, Shift %s', (key, shift, step) => {
		expect(stepOf(key, shift)).toEqual(step);
	});

	test('x is east and y is north', () => {
		const there = pointAt(pointAt(HARBOUR, 90, 30), 180, 40);
		expect(spotOf(there, HARBOUR).x).toBeCloseTo(30, 1);
		expect(spotOf(there, HARBOUR).y).toBeCloseTo(-40, 1);
		expect(spotOf(HARBOUR, HARBOUR)).toEqual({ x: 0, y: 0 });
	});

	test('one begins where one was, else apart from the other, else in the harbour', () => {
		const there = { lat: 48, lon: 11 };
		expect(startOf(there, HARBOUR)).toEqual(there);
		expect(distanceM(startOf(null, there), there)).toBeCloseTo(100, 3);
		expect(startOf(null, null)).toEqual(HARBOUR);
	});

	test.each([
		[0, 20],
		[17, 20],
		[18, 50],
		[100, 200],
		[900, 2_000],
		[60_000, 100_000],
	])('somebody %i m away is in a square of ± %i m', (x, half) => {
		expect(
			halfSideM([
				{ x: 0, y: 0 },
				{ x: -x, y: 0 },
			]),
		).toBe(half);
	});
});
