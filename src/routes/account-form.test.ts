import { describe, expect, test } from 'vitest';
import { answerTo, readCredentials, readKeeping, readRegistration } from './account-form';

function form(fields: Record<string, string>): FormData {
	const data = new FormData();
	for (const [name, value] of Object.entries(fields)) data.set(name, value);
	return data;
}

const good = { handle: 'ana_1', name: 'Ana', password: 'correct horse' };

describe('registering', () => {
	test('takes handle, name and password', () => {
		expect(readRegistration(form(good))).toEqual({
			ok: true,
			value: { handle: 'ana_1', displayName: 'Ana', password: 'correct horse' },
		});
	});

	test('a handle may be typed in any case and with its @, a name with blanks around it', () => {
		const read = readRegistration(form({ ...good, handle: ' @Ana_1 ', name: '  Ana ' }));
		expect(read).toMatchObject({ ok: true, value: { handle: 'ana_1', displayName: 'Ana' } });
	});

	test('a password is taken as it was typed', () => {
		const read = readRegistration(form({ ...good, password: '  blanks  ' }));
		expect(read).toMatchObject({ ok: true, value: { password: '  blanks  ' } });
	});

	test.each([
		['handle', '', 'HANDLE_INVALID'],
		['handle', 'ab', 'HANDLE_INVALID'],
		['handle', 'a'.repeat(21), 'HANDLE_INVALID'],
		['handle', 'ana maria', 'HANDLE_INVALID'],
		['handle', 'änna', 'HANDLE_INVALID'],
		['name', '', 'NAME_MISSING'],
		['name', '   ', 'NAME_MISSING'],
		['name', 'x'.repeat(41), 'NAME_TOO_LONG'],
		['name', 'x'.repeat(400), 'NAME_TOO_LONG'],
		['password', '', 'PASSWORD_TOO_SHORT'],
		['password', 'x'.repeat(7), 'PASSWORD_TOO_SHORT'],
		['password', 'x'.repeat(201), 'PASSWORD_TOO_LONG'],
	])('%s "%s" is refused under its own field', (field, typed, code) => {
		expect(readRegistration(form({ ...good, [field]: typed }))).toEqual({
			ok: false,
			errors: { [field]: code },
		});
	});

	test('every field says what is wrong with it at once', () => {
		expect(readRegistration(new FormData())).toEqual({
			ok: false,
			errors: {
				handle: 'HANDLE_INVALID',
				name: 'NAME_MISSING',
				password: 'PASSWORD_TOO_SHORT',
			},
		});
	});

	test('a file in place of a text counts as nothing typed', () => {
		const data = form(good);
		data.set('handle', new File(['ana_1'], 'handle'));
		expect(readRegistration(data)).toEqual({ ok: false, errors: { handle: 'HANDLE_INVALID' } });
	});
});

describe('keeping a friend', () => {
	test('a guest may leave his name as it is', () => {
		const { handle, password } = good;
		const value = { handle, password };
		expect(readKeeping(form(value))).toEqual({ ok: true, value });
		expect(readKeeping(form({ ...value, name: '  ' }))).toEqual({ ok: true, value });
	});

	test('or change it', () => {
		expect(readKeeping(form(good))).toMatchObject({ ok: true, value: { displayName: 'Ana' } });
		const long = readKeeping(form({ ...good, name: 'x'.repeat(41) }));
		expect(long).toEqual({ ok: false, errors: { name: 'NAME_TOO_LONG' } });
	});
});

describe('logging in', () => {
	test('takes handle and password', () => {
		expect(readCredentials(form({ ...good, handle: '@ANA_1' }))).toEqual({
			handle: 'ana_1',
			password: 'correct horse',
		});
	});

	test.each([
		['a handle nobody can have', { ...good, handle: 'a b' }],
		['a password nobody can have', { ...good, password: 'short' }],
		['nothing', {}],
	])('%s is nobody', (_, fields) => {
		expect(readCredentials(form(fields))).toBeNull();
	});
});

test('what was typed comes back with the answer, but never the password', () => {
	const answer = answerTo(form(good), { errors: { handle: 'HANDLE_TAKEN' } });
	expect(answer).toEqual({
		code: null,
		waitS: null,
		errors: { handle: 'HANDLE_TAKEN' },
		handle: 'ana_1',
		name: 'Ana',
	});
	expect(JSON.stringify(answer)).not.toContain(good.password);
});
