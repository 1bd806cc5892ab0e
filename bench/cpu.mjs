// CPU time of processes, as the kernel counts it.
import { readdirSync, readFileSync } from 'node:fs';

/** `/proc/<pid>/stat` counts in hundredths of a second on every Linux of today (USER_HZ). */
const US_PER_TICK = 10_000;

/**
 * CPU time of all threads of the processes since they began, user and system, in microseconds. By
 * `schedstat`, which counts nanoseconds, where this kernel has it, else by `stat`.
 * @param {readonly number[]} pids
 */
export function cpuUs(pids) {
	return pids.reduce((sum, pid) => sum + (bySchedstat(pid) ?? byStat(pid)), 0);
}

/** Which of the two `cpuUs` reads here. */
export function cpuSource() {
	return bySchedstat(process.pid) === null ? '/proc/<pid>/stat' : '/proc/<pid>/task/*/schedstat';
}

/**
 * @param {number} pid
 * @returns {number | null} null where the kernel was built without it
 */
function bySchedstat(pid) {
	let sumNs = 0;
	for (const thread of readdirSync(`/proc/${pid}/task`)) {
		const text = readOrNull(`/proc/${pid}/task/${thread}/schedstat`);
		if (text === null && thread === String(pid)) return null;
		// Any other thread may have ended since it was listed.
		sumNs += Number(text?.split(' ')[0] ?? 0);
	}
	return sumNs / 1000;
}

/** @param {number} pid */
function byStat(pid) {
	const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
	// The second field is the program's name in brackets, and may hold anything.
	const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	const [utime = 0, stime = 0] = [fields[11], fields[12]].map(Number);
	return (utime + stime) * US_PER_TICK;
}

/** @param {string} path */
function readOrNull(path) {
	try {
		return readFileSync(path, 'utf8');
	} catch (error) {
		if (error instanceof Error && 'code' in error && /ENOENT|ESRCH/.test(String(error.code)))
			return null;
		throw error;
	}
}
