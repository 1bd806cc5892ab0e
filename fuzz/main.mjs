// npm run fuzz: see README.md beside this file for what is thrown and what must hold.
import { setTimeout as wait } from 'node:timers/promises';
import { onInterrupt, run } from '../scripts/run.mjs';
import { throwBodies } from './bodies.mjs';
import { createCanary } from './canary.mjs';
import { readOptions, USAGE } from './options.mjs';
import { createPeople } from './people.mjs';
import { faultReport, hasGrown, summary } from './report.mjs';
import { startServer } from './server.mjs';
import { createTally, createThrower } from './thrower.mjs';
import { throwUpgrades } from './upgrades.mjs';

const LOOK_EVERY_MS = 500;
const TELL_EVERY_MS = 10_000;
/** Each part of a run has inputs of its own. */
const SEED_OF = { throwers: 0, upgrades: 1_000_000, bodies: 2_000_000 };
/** Before so many frames the server is still warming up: its memory is shown, and not judged. */
const JUDGE_MEMORY_FROM = 500_000;

/**
 * The exit code: 1 where something did not hold.
 * @param {readonly string[]} args
 */
export async function fuzz(args) {
	const options = optionsOf(args);
	if (typeof options === 'number') return options;
	return options.framesOnly ? compareReaders(options) : attack(options);
}

/** @param {import('./options.mjs').Options} options */
async function attack(options) {
	const { frames, upgrades, bodies, seed } = options;
	console.log(`seed ${seed}`);
	/** @type {string[]} */
	const faults = [];
	const onFault = (/** @type {string} */ why, /** @type {readonly Buffer[]} */ inputs = []) => {
		faults.push(why);
		// The first one is what happened; the rest mostly follows from it.
		if (faults.length <= 5) console.error(faultReport(why, inputs));
	};
	const isStopped = () => faults.length > 0;

	const server = await startServer(onFault);
	onInterrupt(server.stop);
	try {
		const people = createPeople(server);
		console.log(`making ${options.meetings} meetings by the API`);
		const meetings = await people.meetings(options.meetings);
		const canary = await createCanary({ server, meeting: await people.meet(), onFault });
		const tally = createTally();
		const throwers = meetings.flatMap((meeting, index) =>
			[0, 1, 2].map((number) =>
				createThrower({
					...{ server, people, meeting, tally, onFault },
					side: number === 1 ? 1 : 0,
					isInbox: number === 2,
					seed: seed + SEED_OF.throwers + 3 * index + number,
				}),
			),
		);
		const parts = { server, meetings, isStopped, onFault };
		const others = Promise.all([
			throwUpgrades({ ...parts, count: upgrades, seed: seed + SEED_OF.upgrades }),
			throwBodies({ ...parts, count: bodies, seed: seed + SEED_OF.bodies }),
		]);

		const tellNow = everyNowAndThen();
		const startedAtMs = performance.now();
		const judged = async () => (await server.counters()).framesIn - canary.sent;
		/** @param {number} count */
		const reach = async (count) => {
			for (let now = 0; !isStopped() && now < count; now = await judged()) {
				await wait(LOOK_EVERY_MS);
				tellNow(`${now} frames judged`);
			}
		};
		await reach(frames / 10);
		const early = await server.memory();
		await reach(frames);
		const [upgraded, called] = await others;
		await Promise.all(throwers.map(({ stop }) => stop()));
		const walked = { sent: canary.sent, heard: await canary.settle() };
		const counters = await server.counters();
		const late = await server.memory();
		if (!(await server.isReady())) onFault('/ready says no');
		canary.stop();
		const seconds = (performance.now() - startedAtMs) / 1_000;
		if (frames >= JUDGE_MEMORY_FROM) for (const grown of hasGrown(early, late)) onFault(grown);
		console.log(
			summary({ ...{ tally, counters, upgraded, called, walked, early, late, seconds }, faults }),
		);
	} catch (error) {
		onFault(error instanceof Error ? (error.stack ?? error.message) : String(error));
	} finally {
		await server.stop();
	}
	if (faults.length === 0) return 0;
	console.error(`${faults.length} things did not hold; --seed ${seed} throws the same again`);
	return 1;
}

/** Says where it stands, to whoever waits for minutes. */
function everyNowAndThen() {
	let saidAtMs = performance.now();
	return (/** @type {string} */ words) => {
		if (performance.now() - saidAtMs < TELL_EVERY_MS) return;
		saidAtMs = performance.now();
		console.log(`… ${words}`);
	};
}

/**
 * The property test of the fast path, with as many frames as one likes.
 * @param {import('./options.mjs').Options} options
 */
function compareReaders({ frames, seed }) {
	const env = { ...process.env, FUZZ_FRAMES: String(frames), FUZZ_SEED: String(seed) };
	const vitest = ['node_modules/vitest/vitest.mjs', 'run', 'src/lib/protocol/fix-frame.test.ts'];
	return run(process.execPath, vitest, { env });
}

/**
 * @param {readonly string[]} args
 * @returns {import('./options.mjs').Options | number} the exit code where there is nothing to do
 */
function optionsOf(args) {
	try {
		const options = readOptions(args);
		if (options) return options;
		console.log(USAGE);
		return 0;
	} catch (error) {
		console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
		return 1;
	}
}
