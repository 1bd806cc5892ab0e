// The same stream of choices for the same seed, on every machine.

/** @typedef {ReturnType<typeof createRandom>} Random */

/** @param {number} seed */
export function createRandom(seed) {
	// Near seeds must not begin alike: multiplied by the golden ratio, as hashes do it.
	let state = Math.imul(seed + 1, 0x9e3779b1) | 1;

	/** A whole number from 0 up to, and without, `end`. xorshift32. @param {number} end */
	function below(end) {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return (state >>> 0) % end;
	}

	return {
		below,
		/**
		 * @template T
		 * @param {readonly T[]} choices
		 * @returns {T}
		 */
		of(choices) {
			const chosen = choices[below(choices.length)];
			if (chosen === undefined) throw new RangeError('there is nothing to choose from');
			return chosen;
		},
		/** @param {number} length */
		bytes(length) {
			return Buffer.from(Array.from({ length }, () => below(256)));
		},
	};
}
