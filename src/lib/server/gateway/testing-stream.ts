import fc from 'fast-check';

/** A client's frame, before it is masked. */
export interface AnyFrame {
	readonly opcode: number;
	readonly isFinal: boolean;
	readonly payload: Buffer;
}

const payload = (maxLength: number) =>
	fc.uint8Array({ maxLength, size: 'max' }).map((bytes) => Buffer.from(bytes));

/** Texts, binaries, pieces of them, pings and pongs, not always in an order that makes sense. */
export const anyFrame: fc.Arbitrary<AnyFrame> = fc.oneof(
	{
		weight: 3,
		arbitrary: fc.record({
			opcode: fc.constant(1),
			isFinal: fc.constant(true),
			payload: payload(150),
		}),
	},
	fc.record({
		opcode: fc.constantFrom(0, 0, 1, 2),
		isFinal: fc.boolean(),
		payload: payload(600),
	}),
	fc.record({ opcode: fc.constantFrom(9, 10), isFinal: fc.constant(true), payload: payload(125) }),
);

/** As it goes over the wire (RFC 6455, section 5.2). */
export function clientFrame({ opcode, isFinal, payload: bytes }: AnyFrame): Buffer {
	const { length } = bytes;
	const mask = Buffer.from([1 + (length % 250), 2, 3, 4]);
	const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
	head[0] = (isFinal ? 0x80 : 0) | opcode;
	head[1] = 0x80 | (head.length === 2 ? length : head.length === 4 ? 126 : 127);
	if (head.length === 4) head.writeUInt16BE(length, 2);
	if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
	const masked = bytes.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
	return Buffer.concat([head, mask, masked]);
}

/** The bytes in pieces of one byte and more. */
export function* cutUp(bytes: Buffer, cuts: Iterable<number>): Generator<Buffer> {
	let at = 0;
	for (const cut of cuts) {
		if (at >= bytes.length) return;
		yield bytes.subarray(at, at + 1 + cut);
		at += 1 + cut;
	}
}
