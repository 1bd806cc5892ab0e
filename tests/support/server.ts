import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../scripts/free-port.mjs';

const ENTRY = fileURLToPath(new URL('../../build/main.js', import.meta.url));

export interface ServerOptions {
	/** Without one, a folder of its own that `stop` removes; with one, it stays for the next server. */
	readonly dataDir?: string;
	/** To come back where an earlier server was. */
	readonly port?: number;
	readonly env?: Readonly<Record<string, string>>;
}

export interface RunningServer {
	readonly url: string;
	readonly port: number;
	readonly pid: number;
	readonly dataDir: string;
	/** Every line it wrote so far, to look for what must not be there. */
	readonly lines: readonly string[];
	/** As Ctrl-C does: in order. Answers its exit code. */
	stop(): Promise<number | null>;
	/** As a power cut does. */
	kill(): Promise<void>;
}

/** A production server of a story's own, as `npm start` runs it. Rejects with its words if it does not start. */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
	const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'meetup-data-')));
	const port = options.port ?? (await freePort());
	const lines: string[] = [];
	const child = spawn(process.execPath, [ENTRY], {
		env: {
			...withoutSettings(process.env),
			HOST: '127.0.0.1',
			PORT: String(port),
			DATA_DIR: dataDir,
			LOG_LEVEL: 'warn',
			...options.env,
		},
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const exited = once(child, 'close').then(() => child.exitCode);
	await ready(child, lines);

	return {
		url: `http://127.0.0.1:${port}`,
		port,
		pid: child.pid ?? 0,
		dataDir,
		lines,
		async stop() {
			child.kill('SIGTERM');
			const code = await exited;
			if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
			return code;
		},
		async kill() {
			child.kill('SIGKILL');
			await exited;
		},
	};
}

function ready(child: ChildProcess, lines: string[]): Promise<void> {
	return new Promise((resolve, reject) => {
		for (const stream of [child.stdout, child.stderr]) {
			if (!stream) continue;
			createInterface({ input: stream }).on('line', (line) => {
				lines.push(line);
				if (line.startsWith('MeetUp is ready')) resolve();
			});
		}
		child.once('error', reject);
		child.once('close', () => reject(new Error(lines.join('\n'))));
	});
}

/** Whatever the developer has set for his own server is not the story's. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
	const { ORIGIN: _o, DATABASE_URL: _d, REDIS_URL: _r, TRUST_PROXY: _t, ...rest } = env;
	const { SOCKETS_PER_ADDRESS: _s, ...others } = rest;
	return others;
}
