import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css = readFileSync(new URL('../../../app.css', import.meta.url), 'utf8');
const darkStart = css.indexOf('@media (prefers-color-scheme: dark)');
const darkEnd = css.indexOf('@media (prefers-reduced-motion');
const light = colours(css.slice(0, darkStart));
const dark = new Map([...light, ...colours(css.slice(darkStart, darkEnd))]);

const TEXT = 4.5;
const SHAPE = 3;

// WCAG 2.2, 1.4.3 and 1.4.11: what stands on what, and how much it must stand out.
describe.each([
	['light', light],
	['dark', dark],
])('contrast in the %s look', (_, look) => {
	test.each([
		['ink', 'sheet', TEXT],
		['ink', 'paper', TEXT],
		['ink-soft', 'sheet', TEXT],
		['ink-soft', 'paper', TEXT],
		['accent-ink', 'accent', TEXT],
		['accent-ink', 'accent-press', TEXT],
		['accent', 'sheet', TEXT],
		['accent', 'paper', TEXT],
		['ink', 'accent-soft', TEXT],
		['accent', 'accent-soft', TEXT],
		['warn', 'warn-soft', TEXT],
		['ink', 'warn-soft', TEXT],
		['danger', 'sheet', TEXT],
		['danger', 'paper', TEXT],
		['self-ink', 'self', TEXT],
		['peer-ink', 'peer', TEXT],
		['self', 'sheet', SHAPE],
		['self', 'paper', SHAPE],
		['peer-edge', 'sheet', SHAPE],
		['peer-edge', 'paper', SHAPE],
		['line-strong', 'sheet', SHAPE],
		['line-strong', 'paper', SHAPE],
	])('%s on %s', (front, back, atLeast) => {
		expect(contrast(look, front, back)).toBeGreaterThanOrEqual(atLeast);
	});
});

function colours(block: string): Map<string, string> {
	const found = block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g);
	return new Map([...found].map(([, name = '', hex = '']) => [name, hex]));
}

function contrast(look: ReadonlyMap<string, string>, front: string, back: string): number {
	const [a, b] = [luminance(look.get(front)), luminance(look.get(back))].sort((x, y) => y - x);
	return ((a ?? NaN) + 0.05) / ((b ?? NaN) + 0.05);
}

function luminance(hex = ''): number {
	const [red = NaN, green = NaN, blue = NaN] = [1, 3, 5]
		.map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
		.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
