// What a run says: figures where all held, and inputs where something did not.

const MIB = 2 ** 20;
/** After a collection the heap still breathes, by caches and what is under way. */
const HEAP_MAY_GROW = { times: 1.15, bytes: 8 * MIB };
/** The allocator keeps pages that it once had. */
const RSS_MAY_GROW = { times: 1.25, bytes: 32 * MIB };

/**
 * @param {string} why
 * @param {readonly Buffer[]} inputs the last of them did it, or one of those before
 */
export function faultReport(why, inputs) {
	return [
		why,
		...inputs.map((input) => `  thrown: ${JSON.stringify(input.toString('latin1'))}`),
	].join('\n');
}

/**
 * @param {import('./server.mjs').Memory} early
 * @param {import('./server.mjs').Memory} late
 */
export function hasGrown(early, late) {
	return [
		...grown('heap', early.heap, late.heap, HEAP_MAY_GROW),
		...grown('RSS', early.rss, late.rss, RSS_MAY_GROW),
	];
}

/**
 * @param {string} what
 * @param {number} before
 * @param {number} after
 * @param {{ times: number, bytes: number }} allowed
 */
function grown(what, before, after, { times, bytes }) {
	if (after <= before * times + bytes) return [];
	return [`the ${what} grew from ${mib(before)} to ${mib(after)}`];
}

/**
 * @param {object} figures
 * @param {import('./thrower.mjs').Tally} figures.tally
 * @param {import('../src/lib/server/counters.ts').Counters} figures.counters
 * @param {{ asked: number, answers: Record<string, number> }} figures.upgraded
 * @param {{ called: number, answers: Record<string, number> }} figures.called
 * @param {{ sent: number, heard: number }} figures.walked
 * @param {import('./server.mjs').Memory} figures.early
 * @param {import('./server.mjs').Memory} figures.late
 * @param {number} figures.seconds
 * @param {readonly string[]} figures.faults
 */
export function summary({
	tally,
	counters,
	upgraded,
	called,
	walked,
	early,
	late,
	seconds,
	faults,
}) {
	const broken = Object.values(tally.broken).reduce((sum, count) => sum + count, 0);
	return [
		`frames judged     ${counters.framesIn - walked.sent} of ${tally.thrown} thrown, in ${Math.round(seconds)} s`,
		`  fixes           ${counters.fixesAccepted - walked.sent} accepted; refused: ${listed(counters.fixesRefused)}`,
		`  frames refused  ${listed(counters.framesRefused)}`,
		`broken framing    ${broken}: ${listed(tally.broken)}`,
		`sockets           ${counters.socketsOpened} opened; closed: ${listed(counters.socketsClosed)}`,
		`upgrades          ${upgraded.asked}: ${listed(upgraded.answers)}`,
		`calls             ${called.called}: ${listed(called.answers)}`,
		`the canary        ${walked.heard} of ${walked.sent} fixes arrived, in order`,
		`heap, RSS         ${mib(early.heap)}, ${mib(early.rss)} at a tenth; ${mib(late.heap)}, ${mib(late.rss)} at the end`,
		faults.length === 0 ? 'everything held' : `${faults.length} things did not hold`,
	].join('\n');
}

/** @param {Record<string, number>} counts */
function listed(counts) {
	const some = Object.entries(counts).filter(([, count]) => count > 0);
	return some.map(([name, count]) => `${name} ${count}`).join(', ') || 'none';
}

/** @param {number} bytes */
function mib(bytes) {
	return `${(bytes / MIB).toFixed(1)} MiB`;
}
