import { describe, expect, test } from 'vitest';
import { isInsideApp } from './in-app';
import { dropSecret, takeSecret, type Pocket } from './secret';

function pocket(): Pocket {
	const kept = new Map<string, string>();
	return {
		getItem: (key) => kept.get(key) ?? null,
		setItem: (key, value) => void kept.set(key, value),
		removeItem: (key) => void kept.delete(key),
	};
}

describe('the secret of an invite', () => {
	test('survives a reload after the address was cleaned', () => {
		const tab = pocket();
		expect(takeSecret('#abc', tab)).toBe('abc');
		expect(takeSecret('', tab)).toBe('abc');
	});

	test('a new link wins over the one before', () => {
		const tab = pocket();
		takeSecret('#old', tab);
		expect(takeSecret('#new', tab)).toBe('new');
		expect(takeSecret('', tab)).toBe('new');
	});

	test('is gone once it was used', () => {
		const tab = pocket();
		takeSecret('#abc', tab);
		dropSecret(tab);
		expect(takeSecret('#', tab)).toBeNull();
	});
});

describe('a page inside another app', () => {
	test.each([
		'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 [FBAN/FBIOS;FBAV/480.0]',
		'Mozilla/5.0 (Linux; Android 15; Pixel 9; wv) AppleWebKit/537.36 Version/4.0 Chrome/140.0 Mobile Safari/537.36',
		'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Instagram 350.0',
	])('is told: %s', (userAgent) => {
		expect(isInsideApp(userAgent)).toBe(true);
	});

	test.each([
		'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1',
		'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36',
		'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
	])('is not mistaken: %s', (userAgent) => {
		expect(isInsideApp(userAgent)).toBe(false);
	});
});
