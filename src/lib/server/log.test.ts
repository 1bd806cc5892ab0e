import { fc, test as property } from '@fast-check/vitest';
import { DrizzleQueryError } from 'drizzle-orm/errors';
import { expect, test } from 'vitest';
import { hashSecret, newSecret } from './db/secrets';
import { createLog, type LogFields } from './log';
import { scrub, scrubText } from './log-scrub';

const MEETING = '3f2b8c1e-9d4a-4b7c-8e5f-0a1b2c3d4e5f';

test('a line has its time, level, event, ids and counts', () => {
	const { log, lines } = capture();
	log.info({ meetingId: MEETING, count: 2, route: '/meet/[id]' }, 'meeting_ended');
	log.warn('redis_lost');
	expect(lines()).toMatchObject([
		{ level: 'info', msg: 'meeting_ended', meetingId: MEETING, count: 2, route: '/meet/[id]' },
		{ level: 'warn', msg: 'redis_lost' },
	]);
	expect(lines()[0]).toHaveProperty('time');
	expect(lines()[0]).not.toHaveProperty('hostname');
});

test('what is below the level is not written', () => {
	const { log, lines } = capture();
	log.debug('noise');
	expect(lines()).toEqual([]);
});

test('a field that is not on the list is left out, even past the types', () => {
	const { log, text } = capture();
	const smuggled = {
		meetingId: MEETING,
		lat: 48.137154,
		name: 'Ana',
		code: { lat: 48.137154 },
		toString: 'x',
	};
	log.info(smuggled as unknown as LogFields, 'x');
	expect(text()).toContain(MEETING);
	expect(text()).not.toMatch(/48\.137|Ana|lat|toString/); // 48 alone is a minute of each hour
});

test('an error is logged with type, message, code, stack and what caused it', () => {
	const { log, lines } = capture();
	const cause = Object.assign(new Error('Key (lat)=(48.137154) exists'), { code: '23505' });
	log.error(
		{ error: Object.assign(new TypeError('no such thing', { cause }), { code: 'E1' }) },
		'x',
	);
	expect(lines()).toMatchObject([
		{
			error: {
				type: 'TypeError',
				message: 'no such thing',
				code: 'E1',
				cause: 'Error 23505',
				stack: expect.stringContaining('log.test.ts') as string,
			},
		},
	]);
});

test('a failed query does not bring its values into the log', () => {
	const { log, text } = capture();
	const secret = hashSecret(newSecret());
	const error = new DrizzleQueryError(
		'update "meetings" set "destination_name" = $1, "destination_lat" = $2',
		['Zaphod’s\nmansion', '48.137154', 'zaphod', secret],
		new Error('away'),
	);
	log.error({ error }, 'x');
	expect(text()).toContain('update');
	expect(text()).not.toMatch(/mansion|48\.137|zaphod/i);
	expect(text()).not.toContain(secret);
});

test.each([
	['GET /i?token=abc failed', 'abc'],
	['at https://meetup.example/i#sEcReT-in-the-fragment', 'sEcReT'],
	['/tiles/14/8719/5687.mvt?x=1', 'x=1'],
	['Authorization: Bearer abc.def', 'abc'],
	['cookie: meetup_login=abc', 'abc'],
	['{"token":"abc"}', 'abc'],
	['"lat": 48.1', '48'],
	['postgres://meetup:hunter2@db/meetup', 'hunter2'],
	['mail to ana@meetup.example', 'ana@'],
	[`token ${'Zq3-_'.repeat(8)}xyz`, 'Zq3'],
	['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', 'eyJ'],
	['at 48.1, 11.5', '48'],
	['POINT(11.5 48.1)', '48'],
	['fix 48.137154', '48'],
	['fix -0.127758', '127'],
	['fix 48,137154', '137'],
])('"%s" loses what is private', (text, secret) => {
	expect(scrubText(text)).not.toContain(secret);
});

test.each([
	'connect ECONNREFUSED 127.0.0.1:5432',
	'listen EADDRINUSE: address already in use 192.168.100.200:3000',
	`meeting ${MEETING} ended`,
	'took 12.5 ms',
	'Node.js v20.20.2, pglite 0.5.16',
	'    at Object.run (file:///srv/meetup/build/server/chunks/hooks.server-BHmLt_4q.js:12:34)',
	"Cannot read properties of undefined (reading 'id')",
	'TypeError: x?.y is not a function',
])('"%s" is left as it is', (text) => {
	expect(scrubText(text)).toBe(text);
});

/** As precise as a browser gives them: five decimals and more, about a metre. */
const latitude = fc.integer({ min: -8_999_999, max: 8_999_999 }).filter(isPrecise);
const longitude = fc.integer({ min: -17_999_999, max: 17_999_999 }).filter(isPrecise);
/** Anything around a coordinate but a digit or a point right beside it, which would make another number of it. */
const around = fc.string({ unit: 'binary' }).map((text) => ` ${text.replaceAll(/\d/g, 'n')} `);

property.prop([latitude, longitude, around, around, around])(
	'no coordinate gets into the log, in whatever it is wrapped',
	(latE5, lonE5, before, between, after) => {
		const lat = (latE5 / 1e5).toFixed(5);
		const lon = (lonE5 / 1e5).toFixed(5);
		const { log, text } = capture();
		const sentence = `${before}${lat}${between}${lon}${after}`;
		const error = new Error(sentence, { cause: new Error(sentence) });
		error.name = sentence;
		log.error({ error: Object.assign(error, { code: sentence }) }, sentence);
		log.info({ route: sentence, host: sentence, code: sentence, type: sentence }, 'x');
		log.info({ count: Number(lat), port: Number(lon), tookMs: Number(lat) }, 'x');
		log.info(
			{ route: `${lat},${lon}`, type: `${lon};${lat}`, host: JSON.stringify([lat, lon]) },
			'x',
		);
		for (const digits of [lat, lon].map((coordinate) => coordinate.replace('-', '')))
			expect(text()).not.toContain(digits);
	},
);

property.prop([fc.object({ values: [latitude.map((e5) => e5 / 1e5), fc.string()] })])(
	'no object brings a coordinate past the scrubber',
	(object) => {
		const scrubbed = JSON.stringify(
			scrub({ ...object, lat: 48.137154, at: [11.575382, 48.137154] }),
		);
		expect(scrubbed).not.toMatch(/48\.137|11\.575/);
		expect(scrubbed).not.toMatch(/(?<!\d)-?\d{1,2}\.\d{5}(?!\d)/);
	},
);

function isPrecise(e5: number): boolean {
	return e5 % 10 !== 0;
}

function capture() {
	let written = '';
	return {
		log: createLog('info', { write: (line) => void (written += line) }),
		text: () => written,
		lines: () =>
			written
				.split('\n')
				.filter(Boolean)
				.map((line) => JSON.parse(line) as Record<string, unknown>),
	};
}
