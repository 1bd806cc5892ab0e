import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { distanceM, pointAt, type Fix } from '$lib/geo';
import { Glide } from './glide.svelte';

const FIRST: Fix = { lat: 59.9075, lon: 10.7531, accuracyM: 8, atMs: 0 };
const NEXT: Fix = { ...pointAt(FIRST, 90, 10), accuracyM: 8, atMs: 1_000 };

beforeEach(() => {
	vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
	// Node has no frames: one every 16 ms.
	vi.stubGlobal('requestAnimationFrame', (draw: () => void) => setTimeout(draw, 16));
	vi.stubGlobal('cancelAnimationFrame', (id: number) => clearTimeout(id));
});
afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

const walkedM = (glide: Glide) => (glide.at ? distanceM(FIRST, glide.at) : NaN);

test('the first fix is shown at once, the next one is walked to', () => {
	const glide = new Glide(() => false);
	glide.follow(FIRST);
	expect(walkedM(glide)).toBe(0);
	glide.follow(NEXT);
	vi.advanceTimersByTime(512);
	expect(walkedM(glide)).toBeCloseTo(5.1, 0);
	vi.advanceTimersByTime(600);
	expect(glide.at).toEqual(NEXT);
	expect(vi.getTimerCount()).toBe(0);
});

test('the same fix told again does not start over', () => {
	const glide = new Glide(() => false);
	glide.follow(FIRST);
	glide.follow(NEXT);
	vi.advanceTimersByTime(512);
	glide.follow({ ...NEXT });
	vi.advanceTimersByTime(500);
	expect(walkedM(glide)).toBeCloseTo(10, 1);
});

test('a newer fix starts from where the marker is', () => {
	const glide = new Glide(() => false);
	glide.follow(FIRST);
	glide.follow(NEXT);
	vi.advanceTimersByTime(512);
	glide.follow({ ...FIRST, atMs: 1_500 });
	expect(walkedM(glide)).toBeGreaterThan(4);
});

test('reduced motion jumps', () => {
	const glide = new Glide(() => true);
	glide.follow(FIRST);
	glide.follow(NEXT);
	expect(glide.at).toEqual(NEXT);
});

test('somebody who is not seen any more is not drawn', () => {
	const glide = new Glide(() => false);
	glide.follow(FIRST);
	glide.follow(null);
	expect(glide.at).toBeNull();
	glide.follow(NEXT);
	expect(glide.at).toEqual(NEXT);
});
