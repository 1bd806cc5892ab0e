// The production server, as `npm start` runs it, and every line it says.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startService } from '../scripts/run.mjs';

const path = (/** @type {string} */ relative) => fileURLToPath(new URL(relative, import.meta.url));
/** A warning is no fault of the server's own. */
const FAULT = /^\{"level":"(error|fatal)"|^uncaught /;

/** @typedef {Awaited<ReturnType<typeof startServer>>} Server */
/** @typedef {{ rss: number, heap: number }} Memory in bytes, after a garbage collection */

/** @param {(why: string) => void} onFault something was said or done that must not be */
export async function startServer(onFault) {
	const dataDir = mkdtempSync(join(tmpdir(), 'meetup-fuzz-'));
	const env = {
		...process.env,
		...{ HOST: '127.0.0.1', PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'warn' },
		...{ ORIGIN: '', DATABASE_URL: '', REDIS_URL: '', NODE_OPTIONS: '', SOCKETS_PER_ADDRESS: '' },
		// Each pair comes from an address of its own, as people do, and is counted by it.
		TRUST_PROXY: '1',
	};
	const flags = ['--expose-gc', '--import', path('probe.mjs'), path('../build/main.js')];
	const how = { ready: /^MeetUp is ready/, ipc: true, options: { env } };
	const { child, greeting, stop } = await startService(process.execPath, flags, how);
	const [, port] = /port (\d+)|:(\d+)/.exec(greeting)?.filter(Boolean) ?? [];
	let isStopping = false;
	for (const stream of [child.stdout, child.stderr])
		if (stream) createInterface({ input: stream }).on('line', (line) => judge(line, onFault));
	child.on('exit', (code, signal) => {
		if (!isStopping) onFault(`the server is gone: ${signal ?? code}`);
	});

	/**
	 * @param {string} question
	 * @returns {Promise<any>}
	 */
	const ask = (question) =>
		new Promise((resolve, reject) => {
			const gone = () => reject(new Error('the server is gone'));
			child.once('exit', gone);
			child.on('message', function listen(/** @type {{ answers: string, value: unknown }} */ told) {
				if (told.answers !== question) return;
				child.off('message', listen).off('exit', gone);
				resolve(told.value);
			});
			child.send(question);
		});
	return {
		port: Number(port),
		/** @returns {Promise<Memory>} */
		memory: () => ask('memory'),
		/** @returns {Promise<import('../src/lib/server/counters.ts').Counters>} */
		counters: () => ask('counters'),
		async isReady() {
			return (await fetch(`http://127.0.0.1:${port}/ready`)).status === 200;
		},
		async stop() {
			isStopping = true;
			await stop();
			rmSync(dataDir, { recursive: true, force: true });
		},
	};
}

/**
 * @param {string} line
 * @param {(why: string) => void} onFault
 */
function judge(line, onFault) {
	if (FAULT.test(line)) onFault(`the log says: ${line}`);
}
