// Rounds by turns, so that whatever else the machine does meets both sides alike.

/** @typedef {import('./load/drive.mjs').Driven} Driven */
/** @typedef {{ reference: Driven[], measured: Driven[] }} Rounds one of each by turns */

/**
 * @param {number} rounds
 * @param {() => Promise<Driven>} reference
 * @param {() => Promise<Driven>} measured
 * @returns {Promise<Rounds>} throws where an update was lost
 */
export async function alternate(rounds, reference, measured) {
	/** @type {Rounds} */
	const all = { reference: [], measured: [] };
	for (let round = 0; round < rounds; round++) {
		all.reference.push(complete(await reference()));
		all.measured.push(complete(await measured()));
	}
	return all;
}

/** @param {Driven} driven */
export function complete(driven) {
	if (driven.lost > 0) throw new Error(`${driven.lost} of ${driven.sent} updates never arrived`);
	return driven;
}

/**
 * The median of each side, and the median of what the rounds' ratios are: neighbours in time are compared.
 * @param {Rounds} rounds
 * @param {keyof Driven} figure
 */
export function compared({ reference, measured }, figure) {
	const ratios = measured.map(
		(round, index) => round[figure] / (reference[index]?.[figure] ?? Number.NaN),
	);
	return {
		reference: median(reference.map((round) => round[figure])),
		measured: median(measured.map((round) => round[figure])),
		ratio: median(ratios),
	};
}

/** @param {readonly number[]} values */
export function median(values) {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = sorted.length / 2;
	const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
	return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}
