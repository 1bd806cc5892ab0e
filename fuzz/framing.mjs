// WebSocket frames as RFC 6455 wants them, and as it does not.

/** @typedef {import('./random.mjs').Random} Random */

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };
const LONG = 0xffff;

/**
 * @typedef {object} Framing
 * @property {number} [opcode]
 * @property {boolean} [isLast]
 * @property {number} [reserved] the three bits that are zero without an extension
 * @property {boolean} [isMasked]
 * @property {number} [announced] the length it says it has
 * @property {Buffer} [mask]
 */

/**
 * One frame, whatever it says of itself.
 * @param {Buffer} payload
 * @param {Framing} framing
 */
export function frame(
	payload,
	{
		opcode = OPCODE.text,
		isLast = true,
		reserved = 0,
		isMasked = true,
		announced = payload.length,
		mask = Buffer.from([0x5a, 0x3c, 0x99, 0x0f]),
	} = {},
) {
	const first = (isLast ? 0x80 : 0) | (reserved << 4) | opcode;
	const masked = isMasked ? 0x80 : 0;
	const head = [first, masked | Math.min(announced, 125)];
	if (announced > LONG) {
		const size = Buffer.alloc(8);
		size.writeBigUInt64BE(BigInt(announced));
		head.splice(1, 1, masked | 127, ...size);
	} else if (announced > 125) head.splice(1, 1, masked | 126, announced >> 8, announced & 0xff);
	if (!isMasked) return Buffer.concat([Buffer.from(head), payload]);
	const body = Buffer.from(payload);
	for (let at = 0; at < body.length; at++) body[at] = (body[at] ?? 0) ^ (mask[at & 3] ?? 0);
	return Buffer.concat([Buffer.from(head), mask, body]);
}

/**
 * A message that can be read whole: in one frame, now and then in several with pings between them, or binary.
 * @param {Buffer} text
 * @param {Random} random
 */
export function message(text, random) {
	const kind = random.below(40);
	if (kind === 0) return frame(text, { opcode: OPCODE.binary });
	if (kind > 2) return frame(text, { mask: kind === 3 ? random.bytes(4) : undefined });
	const pieces = [];
	for (let at = 0; at < text.length || at === 0;) {
		const to = at + 1 + random.below(Math.max(1, text.length));
		const opcode = at === 0 ? OPCODE.text : OPCODE.continuation;
		pieces.push(frame(text.subarray(at, to), { opcode, isLast: to >= text.length }));
		if (to < text.length && kind === 1)
			pieces.push(frame(random.bytes(3), { opcode: OPCODE.ping }));
		at = to;
	}
	return Buffer.concat(pieces);
}

/** What no client that keeps the rules would send, each named by the rule it breaks. */
export const BROKEN = {
	unmasked: (/** @type {Buffer} */ text) => frame(text, { isMasked: false }),
	reservedBits: (/** @type {Buffer} */ text, /** @type {Random} */ random) =>
		frame(text, { reserved: 1 + random.below(7) }),
	unknownOpcode: (/** @type {Buffer} */ text, /** @type {Random} */ random) =>
		frame(text, { opcode: random.of([3, 4, 5, 6, 7, 11, 12, 13, 14, 15]) }),
	longControl: (/** @type {Buffer} */ _, /** @type {Random} */ random) =>
		frame(random.bytes(126 + random.below(200)), { opcode: random.of([8, 9, 10]) }),
	controlInPieces: (/** @type {Buffer} */ _, /** @type {Random} */ random) =>
		frame(Buffer.from('x'), { opcode: random.of([8, 9, 10]), isLast: false }),
	continuationOfNothing: (/** @type {Buffer} */ text) =>
		frame(text, { opcode: OPCODE.continuation }),
	textWithinText: (/** @type {Buffer} */ text) =>
		Buffer.concat([frame(text, { isLast: false }), frame(text)]),
	lengthTooLarge: (/** @type {Buffer} */ text, /** @type {Random} */ random) =>
		Buffer.concat([
			frame(text, { announced: text.length + 1 + random.below(60_000) }),
			frame(text),
		]),
	lengthTooSmall: (/** @type {Buffer} */ text, /** @type {Random} */ random) =>
		frame(text, { announced: random.below(text.length + 1) }),
	lengthBeyondAll: (/** @type {Buffer} */ text, /** @type {Random} */ random) =>
		frame(text, { announced: random.of([LONG + 1, 2 ** 31, 2 ** 40, 2 ** 53 - 1]) }),
	noUtf8: () => frame(Buffer.from([0x22, 0xff, 0xc0, 0xed, 0xa0, 0x80, 0x22])),
	closeCode: (/** @type {Buffer} */ _, /** @type {Random} */ random) =>
		frame(random.bytes(random.below(125)), { opcode: OPCODE.close }),
	endlessPieces: (/** @type {Buffer} */ _, /** @type {Random} */ random) =>
		Buffer.concat(
			Array.from({ length: 60 + random.below(10) }, (_unused, index) =>
				frame(Buffer.alloc(0), {
					opcode: index ? OPCODE.continuation : OPCODE.text,
					isLast: false,
				}),
			),
		),
	pings: (/** @type {Buffer} */ _, /** @type {Random} */ random) =>
		Buffer.concat(
			Array.from({ length: random.below(300) }, () =>
				frame(random.bytes(random.below(125)), { opcode: random.of([OPCODE.ping, OPCODE.pong]) }),
			),
		),
	tooLong: (/** @type {Buffer} */ text) => frame(Buffer.concat([text, Buffer.alloc(70_000, 0x20)])),
	noise: (/** @type {Buffer} */ _, /** @type {Random} */ random) =>
		random.bytes(1 + random.below(400)),
	half: (/** @type {Buffer} */ text, /** @type {Random} */ random) => {
		const whole = frame(text);
		return whole.subarray(0, random.below(whole.length));
	},
};
