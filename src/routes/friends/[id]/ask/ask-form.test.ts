import { describe, expect, test } from 'vitest';
import { readAskForm } from './ask-form';

function read(fields: Record<string, string>) {
	const form = new FormData();
	for (const [name, value] of Object.entries(fields)) form.set(name, value);
	return readAskForm(form);
}
const HARBOUR = { place: 'map', lat: '59.9', lon: '10.7', place_name: 'Harbour' };

describe('the form that asks somebody to meet', () => {
	test('needs nothing: no words, no place', () => {
		expect(read({})).toEqual({ ok: true, value: { note: null, where: { from: 'nowhere' } } });
		expect(read({ note: '  \n ' })).toMatchObject({ ok: true, value: { note: null } });
	});

	test('takes a note of 140 characters on one line, and no more', () => {
		expect(read({ note: ' Coffee?\r\nSoon ' })).toMatchObject({
			ok: true,
			value: { note: 'Coffee? Soon' },
		});
		expect(read({ note: 'x'.repeat(140) }).ok).toBe(true);
		expect(read({ note: 'x'.repeat(141) })).toEqual({ ok: false, code: 'NOTE_TOO_LONG' });
	});

	test('takes a saved place by its id', () => {
		expect(read({ place: 'abc' })).toMatchObject({
			ok: true,
			value: { where: { from: 'saved', id: 'abc' } },
		});
	});

	test('takes a spot of the map with its name, and keeps it where that is wished', () => {
		const place = { name: 'Harbour', lat: 59.9, lon: 10.7 };
		expect(read(HARBOUR)).toMatchObject({
			ok: true,
			value: { where: { from: 'map', place, keeps: false } },
		});
		expect(read({ ...HARBOUR, save_place: 'on' })).toMatchObject({
			ok: true,
			value: { where: { from: 'map', place, keeps: true } },
		});
	});

	test.each([
		[{ lat: '' }, 'PLACE_MISSING'],
		[{ lat: 'north' }, 'PLACE_MISSING'],
		[{ lat: '91' }, 'PLACE_MISSING'],
		[{ lon: '181' }, 'PLACE_MISSING'],
		[{ place_name: ' ' }, 'PLACE_NAME_MISSING'],
		[{ place_name: 'x'.repeat(81) }, 'PLACE_NAME_MISSING'],
	])('a spot with %j is refused: %s', (fields, code) => {
		expect(read({ ...HARBOUR, ...fields })).toEqual({ ok: false, code });
	});
});
