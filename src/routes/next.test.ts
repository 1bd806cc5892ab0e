import { describe, expect, test } from 'vitest';
import { safeNext, withNext } from './next';

const at = (next: string) => new URL(`http://meet.example/login?next=${encodeURIComponent(next)}`);

test.each([
	['/', '/'],
	['/settings', '/settings'],
	['/meet/5f0c3c5e-8a9e-4a55-9a4e-0c8f4b6f2a11', '/meet/5f0c3c5e-8a9e-4a55-9a4e-0c8f4b6f2a11'],
	['/friends?q=ana#top', '/friends?q=ana#top'],
	['/r/one/../two', '/r/two'],
	['/friends?q=ä', '/friends?q=%C3%A4'],
	['/friends?back=https://elsewhere.example', '/friends?back=https://elsewhere.example'],
])('after logging in the way goes on to %s', (next, path) => {
	expect(safeNext(at(next))).toBe(path);
});

describe('nobody is sent to another site', () => {
	test.each([
		'',
		'settings',
		'https://elsewhere.example',
		'https:/elsewhere.example',
		'javascript:alert(1)',
		'data:text/html,x',
		'//elsewhere.example',
		'///elsewhere.example',
		'/\\elsewhere.example',
		'\\\\elsewhere.example',
		'/ok\\..\\..\\elsewhere.example',
		'/\t/elsewhere.example',
		'/\n/elsewhere.example',
		'\t//elsewhere.example',
		' //elsewhere.example',
		'/.//elsewhere.example',
		'/..//elsewhere.example',
		'/x/..//elsewhere.example',
		'/%2e//elsewhere.example',
		'/%2e%2e//elsewhere.example',
		'@elsewhere.example',
		'.elsewhere.example',
		`/${'x'.repeat(500)}`,
	])('by "%s"', (next) => {
		expect(safeNext(at(next))).toBe('/');
	});

	test('nor by a second next', () => {
		const url = new URL('http://meet.example/login?next=/settings&next=//elsewhere.example');
		expect(safeNext(url)).toBe('/settings');
	});

	test('a page without next leads to the first page', () => {
		expect(safeNext(new URL('http://meet.example/login'))).toBe('/');
	});
});

test('links keep the way on, and say nothing where there is none', () => {
	expect(withNext('/register', '/meet/one?a=b')).toBe('/register?next=%2Fmeet%2Fone%3Fa%3Db');
	expect(withNext('/register', '/')).toBe('/register');
});
