// What the bench runs on, and which core is whose.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release } from 'node:os';
import { cpuSource } from './cpu.mjs';

/**
 * The cores of the measured processes and of the load generator; null where they are not pinned.
 * @typedef {{ measured: number, load: number } | null} Cores
 */

/** Files that a process has open besides its sockets: generously. */
const OTHER_FILES = 200;

/** @returns {{ cores: Cores, words: string }} */
export function chooseCores() {
	const allowed = allowedCores();
	if (spawnSync('taskset', ['--version']).status !== 0)
		return { cores: null, words: 'nothing is pinned: there is no taskset' };
	const [measured, load] = allowed;
	if (measured === undefined || load === undefined)
		return { cores: null, words: 'nothing is pinned: there is one core only' };
	return {
		cores: { measured, load },
		words: `measured processes pinned to core ${measured}, load generator to core ${load}`,
	};
}

/**
 * A process that is running already, with all its threads.
 * @param {number} pid
 * @param {number | undefined} core
 */
export function pin(pid, core) {
	if (core !== undefined) spawnSync('taskset', ['-a', '-c', '-p', String(core), String(pid)]);
}

export function describeMachine() {
	const [first] = cpus();
	return {
		node: process.version,
		system: `${process.platform} ${release()}`,
		cpu: `${cpus().length} × ${first?.model.trim() ?? 'unknown'}`,
		load: loadavg().map((value) => Number(value.toFixed(2))),
		cpuTime: cpuSource(),
	};
}

/**
 * A sentence where one process may not have so many sockets, else null.
 * @param {number} sockets
 */
export function tooFewFiles(sockets) {
	const [, limit] =
		/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
	const wanted = sockets + OTHER_FILES;
	if (limit === undefined || Number(limit) >= wanted) return null;
	return `${sockets} sockets need ${wanted} open files in one process, and the limit is ${limit}: run "ulimit -n ${wanted}" first.`;
}

/** @returns {number[]} */
function allowedCores() {
	const status = readFileSync('/proc/self/status', 'utf8');
	const [, list = '0'] = /^Cpus_allowed_list:\s*(\S+)/m.exec(status) ?? [];
	return list.split(',').flatMap((range) => {
		const [first = 0, last = first] = range.split('-').map(Number);
		return Array.from({ length: last - first + 1 }, (_, index) => first + index);
	});
}
