// The processes of the bench: what is measured, and what drives it. Each on its core.
import { fileURLToPath } from 'node:url';
import { startService } from '../scripts/run.mjs';

const path = (/** @type {string} */ relative) => fileURLToPath(new URL(relative, import.meta.url));
/** The same for everything that is measured. */
const MEASURED = ['--expose-gc', '--import', path('probe.mjs')];
/** Whatever the developer has set for his own server is not the bench's. */
const SETTINGS = { ORIGIN: '', DATABASE_URL: '', REDIS_URL: '', NODE_OPTIONS: '' };

/**
 * A relay that is measured: the floor or a server.
 * @typedef {object} Relay
 * @property {number} pid
 * @property {number} port
 * @property {() => Promise<{ rss: number, heap: number }>} memory after a garbage collection, in bytes
 * @property {() => Promise<void>} startProfile
 * @property {() => Promise<import('node:inspector').Profiler.Profile>} stopProfile
 * @property {() => Promise<void>} stop
 */

/**
 * Sockets that can be driven.
 * @typedef {object} Load
 * @property {(seats: readonly import('./load/walker.mjs').Seat[]) => Promise<void>} open
 * @property {(how: import('./load/drive.mjs').Drive & { inFlight: number }) => Promise<import('./load/drive.mjs').Driven>} saturate
 * @property {(how: import('./load/drive.mjs').Drive & { perS: number }) => Promise<import('./load/drive.mjs').Driven>} pace
 * @property {() => Promise<void>} close
 * @property {() => Promise<void>} stop
 */

/**
 * The production server, as `npm start` runs it.
 * @param {import('./machine.mjs').Cores} cores
 * @param {Record<string, string>} settings
 */
export function startServer(cores, settings) {
	return startRelay('../build/main.js', /^MeetUp is ready/, cores, {
		HOST: '127.0.0.1',
		PORT: '0',
		LOG_LEVEL: 'warn',
		// Everybody comes from an address of his own, as people do, and is counted by it.
		TRUST_PROXY: '1',
		...settings,
	});
}

/** @param {import('./machine.mjs').Cores} cores */
export function startFloor(cores) {
	return startRelay('floor.mjs', /^The floor is ready/, cores, {});
}

/**
 * @param {import('./machine.mjs').Cores} cores
 * @returns {Promise<Load>}
 */
export async function startLoad(cores) {
	const service = await startNode('load/main.mjs', [], cores?.load, {
		ready: /^The load generator is ready/,
		env: {},
	});
	const { child } = service;
	/** @type {((answer: { value?: any, failure?: string }) => void) | null} */
	let answered = null;
	child.on('message', (/** @type {{ value?: unknown, failure?: string }} */ answer) => {
		answered?.(answer);
	});
	child.on('exit', () => answered?.({ failure: 'the load generator is gone' }));

	const tell = async (/** @type {string} */ order, /** @type {unknown} */ how) => {
		const { value, failure } = await new Promise((resolve) => {
			answered = resolve;
			child.send({ order, how });
		});
		if (failure !== undefined) throw new Error(failure);
		return value;
	};
	return {
		open: (seats) => tell('open', { seats }),
		saturate: (how) => tell('saturate', how),
		pace: (how) => tell('pace', how),
		close: () => tell('close', {}),
		stop: service.stop,
	};
}

/**
 * @param {string} script
 * @param {RegExp} ready
 * @param {import('./machine.mjs').Cores} cores
 * @param {Record<string, string>} env
 * @returns {Promise<Relay>}
 */
async function startRelay(script, ready, cores, env) {
	const { child, greeting, stop } = await startNode(script, MEASURED, cores?.measured, {
		ready,
		env,
	});
	const [, port] = /:(\d+)/.exec(greeting) ?? [];
	/**
	 * @param {string} question
	 * @returns {Promise<any>}
	 */
	const ask = (question) =>
		new Promise((resolve, reject) => {
			const gone = () => reject(new Error(`${script} is gone`));
			child.once('exit', gone);
			child.on('message', function listen(/** @type {{ answers: string, value: unknown }} */ told) {
				if (told.answers !== question) return;
				child.off('message', listen).off('exit', gone);
				resolve(told.value);
			});
			child.send(question);
		});
	return {
		pid: child.pid ?? 0,
		port: Number(port),
		memory: () => ask('memory'),
		startProfile: () => ask('start profile'),
		stopProfile: () => ask('stop profile'),
		stop,
	};
}

/**
 * @param {string} script
 * @param {readonly string[]} flags
 * @param {number | undefined} core
 * @param {{ ready: RegExp, env: Record<string, string> }} how
 */
function startNode(script, flags, core, { ready, env }) {
	const node = [process.execPath, ...flags, path(script)];
	// taskset becomes what it starts: the process is the one that is measured.
	const [command = '', ...args] =
		core === undefined ? node : ['taskset', '-c', String(core), ...node];
	const options = { env: { ...process.env, ...SETTINGS, ...env } };
	return startService(command, args, { ready, ipc: true, options });
}
