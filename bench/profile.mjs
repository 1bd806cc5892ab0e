// Where the time of a CPU profile went.

const SHOWN = 15;
/** Time in which the process waited, and in which it started and stopped the profile itself. */
const NOT_OURS = new Set(['(idle)', 'dispatch']);

/**
 * The functions that took the most time themselves, as lines.
 * @param {import('node:inspector').Profiler.Profile} profile
 */
export function selfTimes({ nodes, samples = [], timeDeltas = [] }) {
	const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
	/** @type {Map<string, number>} */
	const times = new Map();
	let sum = 0;
	for (const [index, id] of samples.entries()) {
		const name = names.get(id) ?? '';
		if (NOT_OURS.has(name)) continue;
		const delta = timeDeltas[index] ?? 0;
		times.set(name, (times.get(name) ?? 0) + delta);
		sum += delta;
	}
	return [...times]
		.sort(([, a], [, b]) => b - a)
		.slice(0, SHOWN)
		.map(([name, us]) => `${((us / sum) * 100).toFixed(1).padStart(6)} %  ${name}`);
}

/** @param {import('node:inspector').Runtime.CallFrame} frame */
function nameOf({ functionName, url, lineNumber }) {
	const file = url.split('/').slice(-2).join('/');
	return `${functionName || '(anonymous)'}${file && ` ${file}:${lineNumber + 1}`}`;
}
