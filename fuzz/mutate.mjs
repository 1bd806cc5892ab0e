// Valid JSON becomes something else: first as a value, then as bytes.

/** @typedef {import('./random.mjs').Random} Random */

const STRANGE = [
	...[null, true, false, 0, -0, -1, 1.5, 90.0000001, 181, 360.5, 1e308, -1e308, 5e-324],
	...[2 ** 53, 2 ** 53 + 2, 1e21, '', ' ', '59.9', 'NaN', 'null', '\0', '\u2028', '\ud800'],
	...['__proto__', 'constructor', 'toString', '2026-02-30T25:61:61Z', '-271821-04-20T00:00:00Z'],
	...['é'.repeat(70), 'x'.repeat(3_000), [], {}, [[]], { lat: {} }, [1, 2, 3]],
];
/** What `JSON.stringify` never writes. */
const TOKENS = [
	...['1e999', '-1e999', '1E+2', '00', '-', '-0', '.5', '1.', 'NaN', 'Infinity', 'undefined'],
	...['"', '\\', '\\u0061', '\\ud800', '\\x', '{', '}', '[', ']', ',', ':', ' ', '\n', '\t', '\0'],
	...['"__proto__":{"x":1},', '"type":"ping",', '"payload":', 'null', '/**/', '\ufeff', '🧭'],
	'9'.repeat(400),
	'['.repeat(1_500),
	'{"a":'.repeat(500),
].map((token) => Buffer.from(token));
/** No UTF-8: cut short, over-long, a surrogate, beyond Unicode, no beginning. */
const NO_UTF8 = ['c3', 'c080', 'eda080', 'f4908080', 'fe', '80', 'e282'].map((hex) =>
	Buffer.from(hex, 'hex'),
);

/**
 * Now and then it stays as it is: what is valid must be fine, too.
 * @param {unknown} value
 * @param {Random} random
 */
export function mutatedJson(value, random) {
	const kind = random.below(20);
	const text = Buffer.from(JSON.stringify(kind < 13 ? mutatedValue(value, random) : value));
	// Bytes mostly end what can be read at all, and fifty of such frames end the socket (rule P13).
	return kind > 11 && kind < 17 ? mutatedBytes(text, random) : text;
}

/**
 * One place in it, or a few, say something else.
 * @param {unknown} value
 * @param {Random} random
 * @returns {unknown}
 */
function mutatedValue(value, random) {
	if (typeof value !== 'object' || value === null || random.below(12) === 0)
		return typeof value === 'number' && random.below(2) ? nearby(value, random) : strange(random);
	const entries = Object.entries(value);
	const at = random.below(entries.length + 1);
	const [name, inner] = entries[at] ?? [`x${random.below(100)}`, strange(random)];
	if (random.below(8) === 0) return Object.fromEntries(entries.filter((_, index) => index !== at));
	if (random.below(8) === 0) return Object.fromEntries(entries.reverse());
	if (random.below(8) === 0) return [value];
	if (random.below(8) === 0) return { ...value, [String(strange(random))]: inner };
	return { ...value, [name]: mutatedValue(inner, random) };
}

/** @param {Random} random */
function strange(random) {
	if (random.below(3)) return random.of(STRANGE);
	if (random.below(2)) return (random.below(2 ** 31) / 2 ** 31) * 10 ** (random.below(40) - 20);
	return nested(random.below(30), random);
}

/**
 * @param {number} number
 * @param {Random} random
 */
function nearby(number, random) {
	return number + (random.below(2_001) - 1_000) * 10 ** (random.below(9) - 6);
}

/**
 * @param {number} depth
 * @param {Random} random
 * @returns {unknown}
 */
function nested(depth, random) {
	if (depth === 0) return random.of(STRANGE);
	return random.below(2) ? [nested(depth - 1, random)] : { lat: nested(depth - 1, random) };
}

/**
 * @param {Buffer} bytes
 * @param {Random} random
 * @returns {Buffer}
 */
export function mutatedBytes(bytes, random) {
	let mutated = bytes;
	for (let times = random.below(3); times >= 0; times--) {
		const at = random.below(mutated.length + 1);
		const to = Math.min(mutated.length, at + random.below(16));
		const [before, cut, after] = [
			mutated.subarray(0, at),
			mutated.subarray(at, to),
			mutated.subarray(to),
		];
		mutated = Buffer.concat(
			random.of([
				[before, after],
				[before],
				[before, cut, cut, after],
				[mutated, mutated],
				[before, random.of(TOKENS), after],
				[before, random.of(TOKENS), cut, after],
				[before, random.of(NO_UTF8), after],
				[before, flipped(cut, random), after],
				[before, random.bytes(random.below(8)), after],
			]),
		);
		// Two of these make a frame that is too long: longer ones only close sockets.
		if (mutated.length > 6_000) mutated = mutated.subarray(0, random.below(6_000));
	}
	return mutated;
}

/**
 * @param {Buffer} bytes
 * @param {Random} random
 */
function flipped(bytes, random) {
	const copy = Buffer.from(bytes);
	const at = random.below(copy.length || 1);
	if (at < copy.length) copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
	return copy;
}
