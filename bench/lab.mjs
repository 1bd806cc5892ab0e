// Where the sections get what they measure: what was started ends with `rest`, what was written with `stop`.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { createServices } from '../scripts/services.mjs';
import { pin } from './machine.mjs';
import { makeMeetings } from './meetings.mjs';
import { startFloor, startLoad, startServer } from './processes.mjs';

/** @typedef {import('./meetings.mjs').Meeting} Meeting */
/** @typedef {ReturnType<typeof createLab>} Lab */
/** @typedef {{ settings: Record<string, string>, meetings: Meeting[] }} Town a database with meetings in it */

/** Meetings last eight hours; older ones would end while they are driven. */
const KEPT_FOR_MS = 6 * 3_600_000;

/**
 * @param {import('./options.mjs').Options} options
 * @param {import('./machine.mjs').Cores} cores
 * @param {(words: string) => void} say what is going on
 */
export function createLab(options, cores, say) {
	/** @type {{ stop: () => Promise<void> }[]} */
	const running = [];
	/** @type {string[]} */
	const folders = [];

	/**
	 * @template {{ stop: () => Promise<void> }} T
	 * @param {Promise<T>} starting
	 */
	async function keep(starting) {
		const started = await starting;
		running.push(started);
		return started;
	}

	function newFolder() {
		const folder = mkdtempSync(join(tmpdir(), 'meetup-bench-'));
		folders.push(folder);
		return folder;
	}

	/** Nothing runs any more. The last first: a server waits for its sockets, a database for its servers. */
	async function rest() {
		for (let last = running.pop(); last; last = running.pop()) await last.stop();
	}

	/**
	 * Made by a server that is then gone, so that no measured one has the making behind it.
	 * @param {Record<string, string>} settings
	 * @param {number} count
	 */
	async function settle(settings, count) {
		say(`making ${count} meetings by the API`);
		// Not pinned: the rest of the machine has nothing to do yet.
		const server = await keep(startServer(null, settings));
		const meetings = await makeMeetings(server, count);
		await server.stop();
		return meetings;
	}

	/**
	 * With the embedded database, which one server at a time can have.
	 * @param {number} count
	 * @returns {Promise<Town>}
	 */
	async function build(count) {
		const folder = options.keep ? join(options.keep, String(count)) : newFolder();
		const list = join(folder, 'meetings.json');
		const settings = { DATA_DIR: join(folder, 'data') };
		const kept = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : null;
		if (kept && Date.now() - kept.atMs < KEPT_FOR_MS) return { settings, meetings: kept.meetings };
		rmSync(folder, { recursive: true, force: true });
		mkdirSync(folder, { recursive: true });
		const atMs = Date.now();
		const meetings = await settle(settings, count);
		writeFileSync(list, JSON.stringify({ atMs, meetings }), { mode: 0o600 });
		return { settings, meetings };
	}

	/** @type {Promise<Town> | null} made once, as large as any section wants it */
	let main = null;

	return {
		options,
		say,
		floor: () => keep(startFloor(cores)),
		load: () => keep(startLoad(cores)),
		/** @param {Record<string, string>} settings */
		server: (settings) => keep(startServer(cores, settings)),

		/** @param {number} count */
		async town(count) {
			const { settings, meetings } = await (main ??= build(mostMeetings(options)));
			return { settings, meetings: meetings.slice(0, count) };
		},

		/** Another one, so that two servers run at the same time. */
		otherTown: build,

		/**
		 * With a PostgreSQL and a Redis of its own, for any number of servers.
		 * @param {number} count
		 */
		async city(count) {
			say('starting PostgreSQL and Redis');
			const services = createServices();
			running.push(services);
			const { TEST_DATABASE_URL, TEST_REDIS_URL } = await services.start();
			const settings = { DATABASE_URL: TEST_DATABASE_URL, DATA_DIR: newFolder() };
			const meetings = await settle(settings, count);
			const redisPid = await pidOfRedis(TEST_REDIS_URL);
			pin(redisPid, cores?.measured);
			return { meetings, redisPid, settings: { ...settings, REDIS_URL: TEST_REDIS_URL } };
		},

		rest,

		async stop() {
			await rest();
			for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
		},
	};
}

/** @param {import('./options.mjs').Options} options */
function mostMeetings({ standard, redis, pairs, growth, growthMeetings, connections }) {
	return Math.max(
		...[standard || redis ? pairs : 0, growth ? growthMeetings[1] : 0, Math.ceil(connections / 2)],
	);
}

/** @param {string} url */
async function pidOfRedis(url) {
	const redis = new Redis(url);
	const [, pid] = /^process_id:(\d+)/m.exec(await redis.info('server')) ?? [];
	redis.disconnect();
	return Number(pid);
}
