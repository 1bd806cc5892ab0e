import { describe, expect, test } from 'vitest';
import { readClientFrame } from './client-messages';
import { fieldsFromWire } from './fix-fields';
import { readFixFrame } from './fix-frame';

const FULL = {
	lat: 59.90751234567891,
	lon: 10.7531,
	accuracy_m: 8,
	timestamp: '2026-11-24T08:00:00.080Z',
	heading_deg: 359.5,
	speed_mps: 1.4,
	client_ts_ms: 1795507201000,
	manual: false,
};
const { lat, lon, accuracy_m, timestamp } = FULL;
const BARE = { lat, lon, accuracy_m, timestamp };

const bytes = (text: string) => Buffer.from(text);
const frame = (payload: object) => JSON.stringify({ type: 'location_update', payload });
const python = (text: string) =>
	text.replaceAll(/([:,])/g, '$1 ').replaceAll(/(T\d\d): (\d\d): /g, '$1:$2:');

const BEHIND = Buffer.from(`\0${frame(FULL)}`);

/** What the schema says of the same bytes. */
function bySchema(text: Buffer) {
	const read = readClientFrame(text.toString('utf8'));
	return read.kind === 'message' && read.message.type === 'location_update'
		? read.message.payload
		: null;
}

/** It may leave a frame to the schema, but never read it differently. */
function agrees(text: Buffer): boolean {
	const fast = readFixFrame(text);
	// Whatever an earlier frame left behind it.
	expect(readFixFrame(Buffer.concat([text, BEHIND]), text.length)).toStrictEqual(fast);
	if (fast === null) return true;
	const slow = bySchema(text);
	if (slow === null) return false;
	expect(fast).toStrictEqual({
		...fieldsFromWire(slow),
		membersStart: fast.membersStart,
		membersEnd: fast.membersEnd,
	});
	const members = `{${text.toString('latin1', fast.membersStart, fast.membersEnd)}}`;
	expect(JSON.parse(members)).toStrictEqual(slow);
	return true;
}

describe('is read from its bytes', () => {
	test.each([
		['as our page sends it', frame(FULL)],
		['with the required fields only', frame(BARE)],
		[
			'with nulls where they may be',
			frame({ ...BARE, heading_deg: null, speed_mps: null, client_ts_ms: null, manual: null }),
		],
		[
			'with its fields in another order',
			frame({ manual: true, ...Object.fromEntries(Object.entries(FULL).reverse()) }),
		],
		['with spaces as other languages write them', python(frame(FULL))],
		['over several lines', JSON.stringify({ type: 'location_update', payload: FULL }, null, '\t')],
		['with an exponent', frame(BARE).replace('"accuracy_m":8', '"accuracy_m":0.8E+1')],
		['at the ends of the earth', frame({ ...BARE, lat: -90, lon: 180 })],
		['off the earth, which is for the rules to say', frame({ ...BARE, lat: 1234 })],
		['on a leap day', frame({ ...BARE, timestamp: '2028-02-29T23:59:59Z' })],
		['to the microsecond', frame({ ...BARE, timestamp: '2026-11-24T08:00:00.123456Z' })],
		['long before 1970', frame({ ...BARE, timestamp: '0000-02-29T00:00:00Z' })],
	])('%s', (_, text) => {
		const read = readFixFrame(bytes(text));
		expect(read).not.toBeNull();
		expect(agrees(bytes(text))).toBe(true);
	});
});

describe('is left to the schema', () => {
	test.each([
		['another type', frame(BARE).replace('location_update', 'location_updates')],
		['a payload before the type', JSON.stringify({ payload: BARE, type: 'location_update' })],
		['an unknown field', frame({ ...BARE, altitude: 1 })],
		['an unknown field of the frame', `${frame(BARE).slice(0, -1)},"x":1}`],
		['a field twice', frame(BARE).replace('"lat"', '"lat":1,"lat"')],
		['__proto__', frame(BARE).replace('"lat"', '"__proto__":{},"lat"')],
		['an escape in a name', frame(BARE).replace('"lat"', '"l\\u0061t"')],
		['a field that is missing', frame({ lat, lon, accuracy_m })],
		['null where a number must be', frame({ ...BARE, lat: null })],
		['a string for a number', frame({ ...BARE, lat: '59.9' })],
		['minus zero', frame(BARE).replace(String(lat), '-0')],
		['minus zero with an exponent', frame(BARE).replace(String(lat), '-0e5')],
		['a number beyond doubles', frame(BARE).replace(String(lat), '1e999')],
		['a leading zero', frame(BARE).replace(String(lat), '059')],
		['a plus', frame(BARE).replace(String(lat), '+59')],
		['a bare point', frame(BARE).replace(String(lat), '.5')],
		['a point at the end', frame(BARE).replace(String(lat), '5.')],
		['NaN', frame(BARE).replace(String(lat), 'NaN')],
		['an exponent without digits', frame(BARE).replace(String(lat), '1e+')],
		['a heading past north', frame({ ...BARE, heading_deg: 360.1 })],
		['a heading below north', frame({ ...BARE, heading_deg: -1 })],
		['a speed backwards', frame({ ...BARE, speed_mps: -0.1 })],
		['manual as a number', frame({ ...BARE, manual: 1 })],
		['a day the month has not', frame({ ...BARE, timestamp: '2026-02-29T08:00:00Z' })],
		['hour 24', frame({ ...BARE, timestamp: '2026-11-24T24:00:00Z' })],
		['a time without seconds', frame({ ...BARE, timestamp: '2026-11-24T08:00Z' })],
		['a time with an offset', frame({ ...BARE, timestamp: '2026-11-24T08:00:00+01:00' })],
		['a time without a zone', frame({ ...BARE, timestamp: '2026-11-24T08:00:00' })],
		['a trailing comma', frame(BARE).replace('}}', ',}}')],
		['no comma', frame(BARE).replace(',"lon"', ' "lon"')],
		['something behind the frame', `${frame(BARE)} x`],
		['two frames', frame(BARE) + frame(BARE)],
		['half a frame', frame(BARE).slice(0, 60)],
		['an array', '[]'],
		['nothing', ''],
		['a byte order mark', `\ufeff${frame(BARE)}`],
		['a nested payload', frame({ ...BARE, lat: { lat: 1 } })],
		['padding that would be relayed', frame(BARE).replace('{"lat"', `{${' '.repeat(500)}"lat"`)],
	])('%s', (_, text) => {
		expect(readFixFrame(bytes(text))).toBeNull();
	});
});

/** xorshift32: the same frames for the same seed, on every machine. */
function createRandom(seed: number) {
	let state = seed | 1;
	return (below: number): number => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return (state >>> 0) % below;
	};
}

const TOKENS = [
	...[
		'1e999',
		'1E+2',
		'00',
		'-',
		'-0',
		'.5',
		'1.',
		'NaN',
		'null',
		'true',
		'false',
		'"',
		'\\u0061',
		'\\',
		'{}',
		'[]',
	],
	...[
		'{',
		'}',
		',',
		':',
		' ',
		'\n',
		'\0',
		'0',
		'9',
		'5e-324',
		'179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017977587207096330286416692887910946555547851940402630657488671505820681908902000708383676273854845817711531764475730270069855571366959622842914819860834936475292719074168444365510704342711559699508093042880',
	],
	...[
		'9007199254740993',
		'0.1234567890123456789',
		'123456789012345678.5',
		'-90.00000000000001',
		'"lat"',
		'"lon":',
		'"manual":',
		'__proto__',
		'2026-02-30',
		'T24',
		'.123456789Z',
		'\u2028',
		'é',
	],
].map((token) => Buffer.from(token));

function mutate(original: Buffer, random: (below: number) => number): Buffer {
	let mutated = original;
	for (let times = random(3); times >= 0; times--) {
		const at = random(mutated.length + 1);
		const to = Math.min(mutated.length, at + random(12));
		const [before, cut, after] = [
			mutated.subarray(0, at),
			mutated.subarray(at, to),
			mutated.subarray(to),
		];
		const token = TOKENS[random(TOKENS.length)] ?? cut;
		const pieces = [
			[before, after],
			[before, token, cut, after],
			[before, token, after],
			[before, cut, cut, after],
			[before, Buffer.of(random(256)), mutated.subarray(at + 1)],
		][random(5)];
		mutated = Buffer.concat(pieces ?? []);
	}
	return mutated;
}

/** `npm run fuzz -- --frames-only` asks for millions: fuzz/README.md. */
const FRAMES = Number(process.env.FUZZ_FRAMES ?? 300_000);

test(
	'P10 mutated frames by the hundred thousand: what is read from the bytes the schema reads alike',
	() => {
		const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
		const random = createRandom(seed);
		const coordinate = (range: number) =>
			[
				() => (random(2 ** 31) / 2 ** 31 - 0.5) * range,
				() => random(range) - range / 2,
				() => Number(((random(2 ** 31) / 2 ** 31 - 0.5) * range).toFixed(random(9))),
				() => (random(2 ** 31) / 2 ** 31) * 10 ** (random(40) - 20),
			][random(4)]?.() ?? 0;
		let read = 0;
		for (let count = 0; count < FRAMES; count++) {
			const payload = {
				lat: coordinate(180),
				lon: coordinate(360),
				accuracy_m: coordinate(100),
				timestamp: new Date(random(2 ** 31) * 2_000).toISOString(),
				...(random(2) && { heading_deg: coordinate(720), speed_mps: coordinate(10) }),
				...(random(2) && { client_ts_ms: random(2 ** 31), manual: random(2) === 0 }),
			};
			const text = frame(payload);
			const whole = Buffer.from(random(3) === 0 ? python(text) : text);
			const tried = random(3) === 0 ? whole : mutate(whole, random);
			if (readFixFrame(tried) !== null) read++;
			if (!agrees(tried))
				throw new Error(`FUZZ_SEED=${seed}: read from the bytes alone: ${tried.toString()}`);
		}
		// Else the test would be content with a reader that reads nothing.
		expect(read).toBeGreaterThan(FRAMES / 5);
	},
	240_000 + FRAMES,
);
