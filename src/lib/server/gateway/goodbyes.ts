const STEP_MS = 20;
/** Few sockets are told quickly, many evenly over the time there is. */
const PER_GOODBYE_MS = 10;

/**
 * Says all goodbyes, evenly over `withinMs` at most: whoever is told returns at once, and the server
 * they return to should not get all of them in the same moment. Resolves when the last one is said.
 */
export async function sayGoodbyes(
	goodbyes: readonly (() => void)[],
	withinMs: number,
): Promise<void> {
	const overMs = Math.min(withinMs, goodbyes.length * PER_GOODBYE_MS);
	const startedAtMs = performance.now();
	let said = 0;
	while (said < goodbyes.length) {
		// By the time that passed, not by steps: a busy server must not take longer.
		const share = (performance.now() - startedAtMs + STEP_MS) / overMs;
		const due = goodbyes.slice(said, Math.ceil(goodbyes.length * share));
		for (const goodbye of due) goodbye();
		said += due.length;
		if (said < goodbyes.length) await new Promise((resolve) => setTimeout(resolve, STEP_MS));
	}
}
