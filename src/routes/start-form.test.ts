import { describe, expect, test } from 'vitest';
import { readName, readStartForm } from './start-form';

function form(fields: Record<string, string>): FormData {
	const data = new FormData();
	for (const [name, value] of Object.entries(fields)) data.set(name, value);
	return data;
}

describe('the form of the first page', () => {
	test('needs nothing typed: one hour, nameless', () => {
		expect(readStartForm(form({}))).toEqual({
			ok: true,
			value: { displayName: undefined, durationMin: 60, isDemo: false },
		});
	});

	test('a name is trimmed, blanks are none', () => {
		expect(readName(form({ name: '  Ana ' }))).toEqual({ ok: true, value: 'Ana' });
		expect(readName(form({ name: '   ' }))).toEqual({ ok: true, value: undefined });
	});

	test('a name of 40 characters passes, of 41 is refused', () => {
		expect(readName(form({ name: 'x'.repeat(40) })).ok).toBe(true);
		expect(readName(form({ name: 'x'.repeat(41) }))).toEqual({ ok: false, code: 'NAME_TOO_LONG' });
	});

	test.each(['30', '60', '180'])('%s minutes can be chosen', (duration) => {
		const read = readStartForm(form({ duration }));
		expect(read.ok && read.value.durationMin).toBe(Number(duration));
	});

	test.each(['', '45', '30.0', '1e9', 'NaN'])('a duration of "%s" is refused', (duration) => {
		expect(readStartForm(form({ duration }))).toEqual({ ok: false, code: 'DURATION_UNKNOWN' });
	});

	test('the second button asks for a demo friend', () => {
		const read = readStartForm(form({ demo: '1' }));
		expect(read.ok && read.value.isDemo).toBe(true);
	});
});
