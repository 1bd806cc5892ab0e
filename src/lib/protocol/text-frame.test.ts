import { expect, test } from 'vitest';
import { textFrame, textOf } from './text-frame';

test.each([
	['empty', '', [0x81, 0]],
	['as long as fits the first byte', 'x'.repeat(125), [0x81, 125]],
	['one longer', 'x'.repeat(126), [0x81, 126, 0, 126]],
	['long', 'x'.repeat(300), [0x81, 126, 1, 44]],
	['the longest', 'x'.repeat(65_535), [0x81, 126, 255, 255]],
])('a text that is %s has the header of RFC 6455', (_, text, header) => {
	const frame = textFrame(text);
	expect([...frame.subarray(0, header.length)]).toEqual(header);
	expect(frame.toString('latin1', header.length)).toBe(text);
	expect(textOf(frame)).toBe(text);
});
