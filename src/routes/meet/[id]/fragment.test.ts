import { expect, test } from 'vitest';
import { readFragment } from './fragment';

const secret = 'q'.repeat(43);

test.each([
	['', { secret: null, wantsDemo: false }],
	['#panel', { secret: null, wantsDemo: false }],
	[`#${secret}`, { secret, wantsDemo: false }],
	[`#${secret}&demo`, { secret, wantsDemo: true }],
	[`#${secret}?x`, { secret: null, wantsDemo: false }],
	['#&demo', { secret: null, wantsDemo: true }],
])('the fragment "%s"', (hash, fragment) => {
	expect(readFragment(hash)).toEqual(fragment);
});
