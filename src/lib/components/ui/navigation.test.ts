import { expect, test } from 'vitest';
import { isWithin } from './navigation';

test.each([
	['/', '/', true],
	['/friends', '/', false],
	['/friends', '/friends', true],
	['/friends/1/ask', '/friends', true],
	['/friendships', '/friends', false],
	['/requests', '/friends', false],
])('the page %s lies within the tab %s: %s', (path, link, is) => {
	expect(isWithin(path, link)).toBe(is);
});
