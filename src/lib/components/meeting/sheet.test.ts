import { describe, expect, test } from 'vitest';
import { cycle, settle, sheetHeightsPx, step } from './sheet';

const heights = { peek: 300, half: 520, full: 760 };

describe('a released sheet', () => {
	test.each([
		[310, 0, 'peek'],
		[400, 0, 'peek'],
		[420, 0, 'half'],
		[700, 0, 'full'],
		[900, 0, 'full'],
	])('rests at the nearest height: %d px', (heightPx, velocity, rest) => {
		expect(settle(heights, heightPx, velocity)).toBe(rest);
	});

	test.each([
		[320, 1, 'half'],
		[530, 1, 'full'],
		[755, 1, 'full'],
		[700, -1, 'half'],
		[510, -1, 'peek'],
		[300, -1, 'peek'],
		[770, 1, 'full'],
	])('goes on in the direction of a flick: %d px at %d px/ms', (heightPx, velocity, rest) => {
		expect(settle(heights, heightPx, velocity)).toBe(rest);
	});
});

describe('the heights', () => {
	test('half is above the peek and full leaves a strip of the map', () => {
		const { peek, half, full } = sheetHeightsPx(844, 330);
		expect([peek, half, full]).toEqual([330, 844 * 0.66, 844 - 844 * 0.08]);
	});

	test('a peek taller than the screen (200 % text) is cut to full, not beyond it', () => {
		const { peek, half, full } = sheetHeightsPx(600, 900);
		expect(full).toBe(544);
		expect([peek, half]).toEqual([full, full]);
	});
});

test('the handle goes up and then back to the lowest', () => {
	expect(cycle('peek')).toBe('half');
	expect(cycle('half')).toBe('full');
	expect(cycle('full')).toBe('peek');
});

test('the arrow keys stop at the ends', () => {
	expect(step('peek', -1)).toBe('peek');
	expect(step('peek', 1)).toBe('half');
	expect(step('full', 1)).toBe('full');
});
