import { expect, test } from 'vitest';
import { readEnv, SettingsError } from '$lib/server/env';
import { startRefusal } from './start-refusals';

const ENV = readEnv({ PORT: '3000', HOST: '192.0.2.1' });
const WITH_DATABASE = readEnv({ DATABASE_URL: 'postgres://ana:hunter2@db.local/meetup' });
const failing = (code: string) => Object.assign(new Error('as the driver says it'), { code });

test.each([
	['EADDRINUSE', ENV, /^Port 3000 is taken .* PORT=3001\.$/],
	['EACCES', ENV, /^Port 3000 needs more rights/],
	['EADDRNOTAVAIL', ENV, /^HOST=192\.0\.2\.1 is no address/],
	['ECONNREFUSED', WITH_DATABASE, /DATABASE_URL names can't be reached/],
	['28P01', WITH_DATABASE, /refuses the user or the password/],
	['3D000', WITH_DATABASE, /does not exist/],
])('%s becomes a sentence', (code, env, sentence) => {
	expect(startRefusal(failing(code), env)).toMatch(sentence);
});

test('a sentence never repeats the secrets of a setting', () => {
	expect(startRefusal(failing('ECONNREFUSED'), WITH_DATABASE)).not.toMatch(/hunter2|ana/);
});

test('what drizzle wraps is found', () => {
	const wrapped = new Error('Failed query', { cause: failing('3D000') });
	expect(startRefusal(wrapped, WITH_DATABASE)).toMatch(/does not exist/);
});

test('a wrong setting speaks for itself', () => {
	expect(startRefusal(new SettingsError(['PORT must be a number.']), null)).toBe(
		'PORT must be a number.',
	);
});

test.each([new TypeError('x is undefined'), failing('ECONNREFUSED'), 'thrown', null])(
	'a bug keeps its stack: %s',
	(bug) => {
		expect(startRefusal(bug, ENV)).toBeNull();
	},
);
