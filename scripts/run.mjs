// How the scripts run programs: nothing is asked of a terminal, and nothing is left behind.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
let stopped = false;

/**
 * Runs to the end, its output to ours. Resolves with the exit code; 1 where it could not start.
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>}
 */
export function run(command, args, options = {}) {
	if (stopped) return Promise.resolve(1);
	return new Promise((resolve) => {
		const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], ...options });
		running.add(child);
		child.on('error', (error) => {
			running.delete(child);
			console.error(`${command} could not be started: ${error.message}`);
			resolve(1);
		});
		child.on('close', (code) => {
			running.delete(child);
			resolve(code ?? 1);
		});
	});
}

/**
 * What `startService` started.
 * @typedef {object} Service
 * @property {() => Promise<void>} stop
 * @property {import('node:child_process').ChildProcess} child
 * @property {string} greeting the line by which it was known to be ready
 */

/**
 * Starts what goes on running and resolves once it says `ready`; rejects with what it said instead.
 * With `ipc` it is a process of Node, and its channel is open.
 * @param {string} command
 * @param {string[]} args
 * @param {{ ready: RegExp, stopWith?: NodeJS.Signals, ipc?: boolean, options?: import('node:child_process').SpawnOptions }} how
 * @returns {Promise<Service>}
 */
export function startService(
	command,
	args,
	{ ready, stopWith = 'SIGTERM', ipc = false, options = {} },
) {
	return new Promise((resolve, reject) => {
		/** @type {import('node:child_process').StdioOptions} */
		const stdio = ['ignore', 'pipe', 'pipe', ...(ipc ? /** @type {const} */ (['ipc']) : [])];
		const child = spawn(command, args, { ...options, stdio });
		running.add(child);
		/** @type {string[]} */
		const said = [];
		/** @param {string} line */
		const listen = (line) => {
			said.push(line);
			if (said.length > 50) said.shift();
			if (ready.test(line)) resolve({ stop, child, greeting: line });
		};
		for (const stream of [child.stdout, child.stderr])
			if (stream) createInterface({ input: stream }).on('line', listen);
		const ended = new Promise((done) => {
			child.on('error', (error) => {
				said.push(error.message);
				done(undefined);
			});
			child.on('close', done);
		});
		void ended.then(() => {
			running.delete(child);
			reject(new Error(`${command} did not start:\n${said.join('\n')}`));
		});
		const stop = async () => {
			if (child.exitCode === null && child.signalCode === null) child.kill(stopWith);
			await ended;
		};
	});
}

/** Somebody wants it to end: what fails from now on says nothing. */
export function isInterrupted() {
	return stopped;
}

/**
 * On Ctrl-C, SIGTERM, or when the npm above us is gone: ends what `run` has running, then `cleanUp`.
 * @param {() => Promise<void>} cleanUp
 */
export function onInterrupt(cleanUp) {
	/** @param {number} code */
	const stop = (code) => {
		if (stopped) return;
		stopped = true;
		// As Ctrl-C does: it is the one that Playwright takes to stop its server and browser in order.
		const ended = [...running].map((child) => new Promise((done) => child.once('close', done)));
		for (const child of running) child.kill('SIGINT');
		void Promise.all([cleanUp(), ...ended]).finally(() => process.exit(code));
	};
	process.on('SIGINT', () => stop(130));
	process.on('SIGTERM', () => stop(143));
	if (process.env.npm_lifecycle_event === undefined) return;
	const parent = process.ppid;
	setInterval(() => process.ppid !== parent && stop(143), 1000).unref();
}
