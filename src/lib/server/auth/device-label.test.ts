import { expect, test } from 'vitest';
import { deviceLabel } from './device-label';

const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)';

test.each([
	[
		`Mozilla/5.0 (Linux; Android 15; Pixel 9) ${WEBKIT} Chrome/140.0.0.0 Mobile Safari/537.36`,
		'Chrome on Android',
	],
	[
		`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0`,
		'Microsoft Edge on Windows',
	],
	['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
	[
		'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
		'Safari on iOS',
	],
	['', ''],
	[null, ''],
	['x'.repeat(10_000), ''],
])('%j is %j', (userAgent, label) => {
	expect(deviceLabel(userAgent)).toBe(label);
});

test('whatever a client calls itself, a label is one short line', () => {
	for (const odd of [
		'\0\x07',
		`${'x'.repeat(400)}/1.0 (y)`,
		'<b>bold</b>/1.0 x',
		'curl/8.5.0',
		'/',
	])
		expect(deviceLabel(odd)).toMatch(/^\P{Cc}{0,60}$/u);
});
