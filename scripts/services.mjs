// A private PostgreSQL and Redis (alone, and a cluster) for the tests, on free ports, gone afterwards. Also by hand:
//   node scripts/services.mjs npx vitest run src/lib/server/bus
import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { aptInstall } from './apt.mjs';
import { freePort } from './free-port.mjs';
import { startRedis, startRedisCluster } from './redis.mjs';
import { onInterrupt, run, startService } from './run.mjs';

const DEBIAN = '/usr/lib/postgresql';

/**
 * Starts them. `stop` ends them and removes what they wrote; it may be called at any time, also
 * while they start. Rejects with a sentence where they are not installed and can't be.
 */
export function createServices() {
	/** @type {(() => Promise<void> | void)[]} */
	const undo = [];
	/** @type {Promise<void> | null} */
	let stopped = null;
	return {
		/** @returns {Promise<{ TEST_DATABASE_URL: string, TEST_REDIS_URL: string, TEST_REDIS_CLUSTER_URL: string }>} */
		async start() {
			const { postgres, redis } = ensurePrograms();
			const [TEST_DATABASE_URL, TEST_REDIS_URL, TEST_REDIS_CLUSTER_URL] = await Promise.all([
				startPostgres(postgres, undo),
				startRedis(redis, undo),
				startRedisCluster(redis, undo),
			]);
			return { TEST_DATABASE_URL, TEST_REDIS_URL, TEST_REDIS_CLUSTER_URL };
		},
		stop() {
			stopped ??= undoAll(undo);
			return stopped;
		},
	};
}

/** @param {(() => Promise<void> | void)[]} undo */
async function undoAll(undo) {
	for (let step = undo.pop(); step; step = undo.pop()) await step();
}

function ensurePrograms() {
	const missing = () => [
		...(findPostgres() ? [] : ['postgresql']),
		...(findProgram('redis-server') ? [] : ['redis-server']),
	];
	if (missing().length > 0) aptInstall(missing());
	const postgres = findPostgres();
	const redis = findProgram('redis-server');
	if (postgres && redis) return { postgres, redis };
	throw new Error(
		'The tests need the programs of PostgreSQL (15 or newer) and Redis. Install them (on Debian: `sudo apt-get install postgresql redis-server`); the tests start private ones of their own.',
	);
}

/** The folder with initdb and postgres: Debian keeps one for each version, outside PATH. */
function findPostgres() {
	const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN) : [];
	const newest = versions
		.sort((a, b) => Number(b) - Number(a))
		.map((version) => join(DEBIAN, version, 'bin'))
		.find((bin) => existsSync(join(bin, 'initdb')));
	return newest ?? findProgram('initdb')?.replace(/\/initdb$/, '') ?? null;
}

/** @param {string} name */
function findProgram(name) {
	const folders = (process.env.PATH ?? '').split(delimiter);
	return folders.map((folder) => join(folder, name)).find(existsSync) ?? null;
}

/**
 * @param {string} postgres
 * @param {(() => Promise<void> | void)[]} undo
 */
async function startPostgres(postgres, undo) {
	const folder = mkdtempSync(join(tmpdir(), 'meetup-postgres-'));
	undo.push(() => rmSync(folder, { recursive: true, force: true }));
	// PostgreSQL refuses to run as root.
	const user = process.getuid?.() === 0 ? ordinaryUser() : null;
	if (user) chownSync(folder, user.uid, user.gid);
	const options = { cwd: folder, ...user };
	const cluster = join(folder, 'cluster');
	const init = ['-D', cluster, '-U', 'meetup', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N'];
	const made = spawnSync(join(postgres, 'initdb'), init, { ...options, encoding: 'utf8' });
	if (made.status !== 0) throw new Error(`initdb failed:\n${made.stdout}${made.stderr}`);
	const port = await freePort();
	const settings = {
		listen_addresses: '127.0.0.1',
		unix_socket_directories: '',
		// Nothing of it is to survive a crash: the tests run a good deal faster.
		...{ fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
		max_connections: '200',
	};
	const service = await startService(
		join(postgres, 'postgres'),
		[
			...['-D', cluster, '-p', String(port)],
			...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
		],
		// SIGINT is its "fast" shutdown: it does not wait for clients to leave.
		{ ready: /ready to accept connections/, stopWith: 'SIGINT', options },
	);
	undo.push(service.stop);
	return `postgres://meetup@127.0.0.1:${port}/postgres`;
}

function ordinaryUser() {
	for (const name of ['postgres', 'nobody']) {
		const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, name]));
		if (uid.status === 0 && gid.status === 0)
			return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
	}
	throw new Error('PostgreSQL refuses to run as root, and there is no user `nobody` to run it as.');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
	const services = createServices();
	onInterrupt(services.stop);
	const [command, ...args] = process.argv.slice(2);
	const env = { ...process.env, ...(await services.start()) };
	process.exitCode = command
		? await run(command, args, { env })
		: (console.log('Name a command to run beside them.'), 1);
	await services.stop();
}
