import { describe, expect, test } from 'vitest';
import {
	accuracyText,
	ageText,
	clockText,
	distanceParts,
	distanceText,
	initialOf,
	leftText,
	momentText,
	secondsText,
	viewerLocale,
} from './format';

describe('a distance is rounded to what a phone can know', () => {
	test.each([
		[-3, '0 m'],
		[0.4, '0 m'],
		[7.6, '8 m'],
		[99.4, '99 m'],
		[102.4, '100 m'],
		[103, '105 m'],
		[324, '320 m'],
		[994, '990 m'],
		[997, '1.0 km'],
		[1_360, '1.4 km'],
		[9_940, '9.9 km'],
		[9_960, '10 km'],
		[12_345, '12 km'],
		[1_234_567, '1,235 km'],
	])('%d m reads %s', (metres, text) => {
		expect(distanceText(metres, 'en')).toBe(text);
	});

	test('the figure and its unit come apart, in the digits of the locale', () => {
		expect(distanceParts(1_360, 'de')).toEqual({ value: '1,4', unit: 'km', text: '1,4 km' });
		expect(distanceParts(320, 'ar-EG').value).toBe('٣٢٠');
	});
});

test('an accuracy is rounded up: better too modest than too sure', () => {
	expect(accuracyText(11.2, 'en')).toBe('± 12 m');
});

describe('an age is always readable', () => {
	test.each([
		[-500, 'just now'],
		[1_999, 'just now'],
		[4_000, '4 s ago'],
		[59_999, '59 s ago'],
		[60_000, '1 min ago'],
		[150_000, '2 min ago'],
		[3_600_000, '1 h ago'],
	])('%d ms reads %s', (ms, text) => {
		expect(ageText(ms, 'en')).toBe(text);
	});
});

describe('what is left is rounded up and says 0 only at the end', () => {
	test.each([
		[-1, '0 s'],
		[1, '1 s'],
		[53_200, '54 s'],
		[60_000, '1 min'],
		[61_000, '2 min'],
		[3_600_000, '1 h'],
		[3_840_000, '1 h 4 min'],
	])('%d ms reads %s', (ms, text) => {
		expect(leftText(ms, 'en')).toBe(text);
	});
});

test('a countdown of a minute starts with 60 s, not with 1 min', () => {
	expect(secondsText(60_000, 'en')).toBe('60 s');
	expect(secondsText(-5, 'en')).toBe('0 s');
});

test('a clock time follows the locale and the zone', () => {
	const sixInLondon = Date.UTC(2026, 6, 1, 17, 0);
	expect(clockText(sixInLondon, 'en-GB', 'Europe/London')).toBe('18:00');
	expect(clockText(sixInLondon, 'en-US', 'Europe/London').replace('\u202f', ' ')).toBe('6:00 PM');
});

test('a moment of another day carries its day', () => {
	const sixInLondon = Date.UTC(2026, 6, 1, 17, 0);
	const text = (hoursLater: number) =>
		momentText(sixInLondon, sixInLondon + hoursLater * 3_600_000, 'en-GB', 'Europe/London');
	expect(text(5)).toBe('18:00');
	expect(text(7)).toBe('1 Jul, 18:00');
});

test('the viewer’s own flavour of the page’s language is preferred', () => {
	expect(viewerLocale('en', ['de-DE', 'en-GB', 'en'])).toBe('en-GB');
	expect(viewerLocale('en', ['de-DE'])).toBe('en');
});

test('an initial is one whole letter or emoji', () => {
	expect(initialOf('  ana', 'en')).toBe('A');
	expect(initialOf('👩‍🚀 Eva', 'en')).toBe('👩‍🚀');
	expect(initialOf('é', 'en')).toBe('É');
	expect(initialOf('', 'en')).toBe('•');
});
