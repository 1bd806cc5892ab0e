import { describe, expect, test } from 'vitest';
import { CannotGoOn } from './command';
import { readWish as readSeedWish } from './seed-wish';
import { readWish } from './simulate-wish';

/* What the two commands make of the words they are given. */
const SESSION = '6f1e5a52-6c4b-4d55-9d0e-0d6f4c1b2a01';
const SEAT = ['--session', SESSION, '--token', 'secret-token'];

describe('simulate', () => {
	test('session and token are enough', () => {
		expect(readWish(SEAT)).toEqual({
			origin: 'http://localhost:3000',
			meetingId: SESSION,
			token: 'secret-token',
			from: null,
			to: null,
			speedMps: 1.4,
		});
	});

	test('everything can be said, also with a minus in front', () => {
		const said = ['--url', 'https://meet.example/x', '--from=-33.9,18.4', '--to', '59.9, 10.7'];
		expect(readWish([...SEAT, ...said, '--speed', '3'])).toMatchObject({
			origin: 'https://meet.example',
			from: { lat: -33.9, lon: 18.4 },
			to: { lat: 59.9, lon: 10.7 },
			speedMps: 3,
		});
		expect(readWish(['--session', SESSION, '--token=-begins-so']).token).toBe('-begins-so');
	});

	test.each([
		[[], '--session is missing'],
		[['--session', 'x', '--token', 't'], '--session is the id of a meeting'],
		[['--session', SESSION], '--token is missing'],
		[['--session', SESSION, '--token', ''], '--token is missing'],
		[['--session', SESSION, '--token', 'two words'], '--token is a login token'],
		[[...SEAT, '--speed', 'fast'], '--speed is a number'],
		[[...SEAT, '--speed', '0'], '--speed is a number'],
		[[...SEAT, '--speed', '51'], '--speed is a number'],
		[[...SEAT, '--from', 'Oslo'], '--from is a latitude and a longitude'],
		[[...SEAT, '--from', '59.9'], '--from is a latitude and a longitude'],
		[[...SEAT, '--to', '91,10'], '--to is a latitude and a longitude'],
		[[...SEAT, '--to', '59,181'], '--to is a latitude and a longitude'],
		[[...SEAT, '--to', '59,10,3'], '--to is a latitude and a longitude'],
		[[...SEAT, '--url', 'localhost'], '"localhost" is no web address'],
		[[...SEAT, '--url', 'ftp://a'], '"ftp://a" is no web address'],
		[[...SEAT, '--pace', '3'], '--pace'],
		[[...SEAT, 'more'], 'more'],
	])('%j is refused by name', (args, words) => {
		const refusal = refusalOf(() => readWish(args));
		expect(refusal.exitCode).toBe(2);
		expect(refusal.message.split('\n\n')[0]).toContain(words);
		expect(refusal.message).toContain('Usage: npm run simulate');
	});

	test('a wrong token is not repeated', () => {
		const refusal = refusalOf(() => readWish(['--session', SESSION, '--token', 'my secret']));
		expect(refusal.message).not.toContain('my secret');
	});
});

describe('seed', () => {
	test('speaks to this machine unless told otherwise', () => {
		expect(readSeedWish([])).toBe('http://localhost:3000');
		expect(readSeedWish(['--url', 'https://meet.example/somewhere'])).toBe('https://meet.example');
	});

	test.each([
		[['--url', 'nowhere'], '"nowhere" is no web address'],
		[['--server', 'http://a'], '--server'],
		[['http://a'], 'http://a'],
	])('%j is refused by name', (args, words) => {
		const refusal = refusalOf(() => readSeedWish(args));
		expect(refusal.exitCode).toBe(2);
		expect(refusal.message.split('\n\n')[0]).toContain(words);
	});
});

test.each([[() => readWish(['--help'])], [() => readSeedWish(['-h'])]])(
	'whoever asks for help has done nothing wrong',
	(ask) => {
		expect(refusalOf(ask)).toMatchObject({ exitCode: 0 });
	},
);

function refusalOf(ask: () => unknown): CannotGoOn {
	try {
		ask();
	} catch (error) {
		if (error instanceof CannotGoOn) return error;
		throw error;
	}
	throw new Error('nothing was refused');
}
