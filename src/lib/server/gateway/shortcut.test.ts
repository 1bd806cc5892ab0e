import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openShortcut, SHORTCUT_MAX_BYTES } from './shortcut';
import { anyFrame, clientFrame, cutUp, type AnyFrame } from './testing-stream';

const text = (words: string): AnyFrame => ({
	opcode: 1,
	isFinal: true,
	payload: Buffer.from(words),
});

/** A stream with a shortcut, and what becomes of what is written into it. */
function open(takes: (words: string) => boolean) {
	const stream = new PassThrough();
	/** In order: a text that was taken, or bytes that ws was given. */
	const log: (string | Buffer)[] = [];
	const ws = function (this: unknown, chunk: Buffer) {
		expect(this).toBe(stream);
		log.push(Buffer.from(chunk));
	};
	stream.on('data', ws);
	openShortcut(stream, (bytes, length) => {
		const words = bytes.toString('latin1', 0, length);
		if (!takes(words)) return false;
		log.push(words);
		return true;
	});
	return {
		stream,
		log,
		ws,
		write: (...chunks: Buffer[]) => chunks.forEach((c) => stream.emit('data', c)),
	};
}

const isShort = (words: string) => words.length % 2 === 0;

test('P10 every byte is read once and in its place, by the one or by the other', () => {
	let taken = 0;
	fc.assert(
		fc.property(
			fc.array(anyFrame, { maxLength: 12 }),
			fc.infiniteStream(fc.nat(1_500)),
			(frames, cuts) => {
				const { log, write } = open(isShort);
				const sent = Buffer.concat(frames.map(clientFrame));
				write(...cutUp(sent, cuts));
				taken += log.filter((entry) => typeof entry === 'string').length;
				const asSent = log.map((entry) =>
					typeof entry === 'string'
						? clientFrame({ ...text(''), payload: Buffer.from(entry, 'latin1') })
						: entry,
				);
				expect(Buffer.concat(asSent).equals(sent)).toBe(true);
			},
		),
		{ numRuns: 1_000 },
	);
	expect(taken).toBeGreaterThan(100);
});

test.each<[string, Buffer[]]>([
	['a binary', [clientFrame({ ...text('{}'), opcode: 2 })]],
	['a piece of a message', [clientFrame({ ...text('{}'), isFinal: false })]],
	['one cut in two', [clientFrame(text('{}')).subarray(0, 5), clientFrame(text('{}')).subarray(5)]],
	['one that is longer than any fix', [clientFrame(text('x'.repeat(SHORTCUT_MAX_BYTES + 1)))]],
	[
		'one with a bit of an extension',
		[Buffer.concat([Buffer.of(0xc1), clientFrame(text('{}')).subarray(1)])],
	],
	['one that nobody masked', [Buffer.from([0x81, 2, 0x7b, 0x7d])]],
	[
		'a text between the pieces of another',
		[Buffer.concat([clientFrame({ ...text('{'), isFinal: false }), clientFrame(text('{}'))])],
	],
])('%s is left to ws', (_, chunks) => {
	const { log, write } = open(() => true);
	write(...chunks);
	expect(Buffer.concat(log.map((entry) => Buffer.from(entry)))).toEqual(Buffer.concat(chunks));
	expect(log.every(Buffer.isBuffer)).toBe(true);
});

test('what was refused reaches ws as it was sent, with all that follows it in one piece', () => {
	const { log, write } = open((words) => words === 'yes');
	const frames = ['yes', 'yes', 'no', 'yes'].map((words) => clientFrame(text(words)));
	write(Buffer.concat(frames));
	expect(log).toEqual(['yes', 'yes', Buffer.concat(frames.slice(2))]);
	write(clientFrame(text('yes')));
	expect(log.at(-1)).toBe('yes');
});

test('ws can take itself off; a stream with other listeners is left as it was', () => {
	const { stream, log, ws, write } = open(() => true);
	stream.off('data', ws);
	expect(stream.listenerCount('data')).toBe(0);
	write(clientFrame(text('yes')));
	expect(log).toEqual([]);

	const shared = new PassThrough();
	const hear = () => {};
	shared.on('data', hear).on('data', ws);
	openShortcut(shared, () => true);
	expect(shared.listeners('data')).toEqual([hear, ws]);
});
