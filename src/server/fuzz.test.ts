import { describe, expect, test } from 'vitest';
import { CLIENT_PAYLOADS, readClientFrame } from '$lib/protocol';
import { BROKEN, frame, message } from '../../fuzz/framing.mjs';
import { anyMessage, MESSAGES } from '../../fuzz/messages.mjs';
import { mutatedJson } from '../../fuzz/mutate.mjs';
import { readOptions } from '../../fuzz/options.mjs';
import { createRandom } from '../../fuzz/random.mjs';
import { hasGrown } from '../../fuzz/report.mjs';

/* That the fuzz throws what it says. What the server makes of it, tests/fuzz.spec.ts and `npm run fuzz` tell. */

test('it mutates a valid message of every type', () => {
	expect(Object.keys(MESSAGES).sort()).toEqual(Object.keys(CLIENT_PAYLOADS).sort());
	for (const [type, payload] of Object.entries(MESSAGES)) {
		const read = readClientFrame(JSON.stringify({ type, payload: payload() }));
		expect([type, read.kind]).toEqual([type, 'message']);
	}
});

function thrown(seed: number, count: number): Buffer[] {
	const random = createRandom(seed);
	const payload = { lat: 1, lon: 2, accuracy_m: 8, timestamp: '2026-11-24T08:00:00Z' };
	return Array.from({ length: count }, () =>
		mutatedJson({ type: 'location_update', payload }, random),
	);
}

test('the same seed throws the same, another one something else', () => {
	expect(thrown(7, 200)).toEqual(thrown(7, 200));
	expect(thrown(7, 200)).not.toEqual(thrown(8, 200));
});

test('some of it is valid, some has a known type and is wrong, some can’t be read at all', () => {
	const kinds = thrown(1, 2_000).map((bytes) => readClientFrame(bytes.toString('utf8')));
	const count = (of: (read: (typeof kinds)[number]) => boolean) => kinds.filter(of).length;
	expect(count(({ kind }) => kind === 'message')).toBeGreaterThan(100);
	expect(count((read) => read.kind === 'invalid' && read.ref !== null)).toBeGreaterThan(100);
	expect(count((read) => read.kind === 'invalid' && read.ref === null)).toBeGreaterThan(100);
	expect(count(({ kind }) => kind === 'unknown')).toBeGreaterThan(10);
});

test('every type comes up', () => {
	const random = createRandom(1);
	const types = Array.from({ length: 20_000 }, () => anyMessage(random).type);
	expect([...new Set(types)].sort()).toEqual(Object.keys(MESSAGES).sort());
});

describe('frames', () => {
	test.each([0, 125, 126, 65_535, 65_536])('one of %i bytes says how long it is', (length) => {
		const bytes = frame(Buffer.alloc(length, 'x'));
		const size = length < 126 ? 0 : length < 65_536 ? 2 : 8;
		expect(bytes).toHaveLength(2 + size + 4 + length);
		const shown = (bytes[1] ?? 0) & 0x7f;
		if (size === 0) expect(shown).toBe(length);
		if (size === 2) expect(bytes.readUInt16BE(2)).toBe(length);
		if (size === 8) expect(bytes.readBigUInt64BE(2)).toBe(BigInt(length));
	});

	test('every way of breaking the rules makes some bytes', () => {
		const random = createRandom(3);
		for (let round = 0; round < 50; round++)
			for (const broken of Object.values(BROKEN))
				expect(broken(Buffer.from('{"type":"ping"}'), random)).toBeInstanceOf(Buffer);
	});

	test('a message may come in pieces, and ends', () => {
		const random = createRandom(4);
		for (let round = 0; round < 500; round++)
			expect(message(Buffer.from('{}'), random).length).toBeGreaterThanOrEqual(2 + 4 + 2);
	});
});

test('memory may breathe, and not grow', () => {
	const [heap, rss] = [200e6, 400e6];
	expect(hasGrown({ heap, rss }, { heap: 210e6, rss: 420e6 })).toEqual([]);
	expect(hasGrown({ heap, rss }, { heap: 260e6, rss: 600e6 })).toEqual([
		'the heap grew from 190.7 MiB to 248.0 MiB',
		'the RSS grew from 381.5 MiB to 572.2 MiB',
	]);
});

test('options that are wrong are told by name', () => {
	expect(readOptions(['--frames', '3000', '--seed', '7'])).toMatchObject({
		frames: 3_000,
		seed: 7,
	});
	expect(readOptions(['--frames-only'])).toMatchObject({ frames: 2_000_000, framesOnly: true });
	expect(readOptions(['--help'])).toBeNull();
	expect(() => readOptions(['--frames', '0'])).toThrow('--frames is a whole number');
});
