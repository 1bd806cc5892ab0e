// npm run bench: see README.md beside this file for what is measured and how.
import { writeFileSync } from 'node:fs';
import { onInterrupt, isInterrupted } from '../scripts/run.mjs';
import { createLab } from './lab.mjs';
import { chooseCores, describeMachine, tooFewFiles } from './machine.mjs';
import { readOptions, USAGE } from './options.mjs';
import { isMet, printed } from './report.mjs';
import { connections } from './sections/connections.mjs';
import { growth } from './sections/growth.mjs';
import { redis } from './sections/redis.mjs';
import { standard } from './sections/standard.mjs';

const SECTIONS = { standard, redis, growth, connections };
const ORDER = /** @type {const} */ (['standard', 'redis', 'growth', 'connections']);

/**
 * The exit code: 1 where something went wrong, and not where a goal was not met.
 * @param {readonly string[]} args
 */
export async function bench(args) {
	const options = optionsOf(args);
	if (typeof options === 'number') return options;
	const sockets = Math.max(
		...[options.pairs * 2, options.connections, options.growth ? options.growthMeetings[1] * 2 : 0],
	);
	const tooFew = tooFewFiles(sockets);
	if (tooFew) {
		console.error(tooFew);
		return 1;
	}
	const { cores, words } = chooseCores();
	const machine = describeMachine();
	console.log(`Node ${machine.node}, ${machine.cpu}, ${machine.system}, load ${machine.load[0]}`);
	console.log(`${words}; CPU time by ${machine.cpuTime}\n`);

	const lab = createLab(options, cores, (doing) => console.log(`… ${doing}`));
	onInterrupt(lab.stop);
	/** @type {Record<string, import('./report.mjs').Section>} */
	const results = {};
	try {
		for (const name of ORDER.filter((section) => options[section])) {
			results[name] = await SECTIONS[name](lab);
			console.log(`${printed(results[name])}\n`);
			await lab.rest();
		}
	} catch (error) {
		if (!isInterrupted()) console.error(error instanceof Error ? error.message : error);
		return 1;
	} finally {
		if (options.json)
			writeFileSync(options.json, written({ machine, pinned: words, options, results }));
		await lab.stop();
	}
	const judged = Object.values(results)
		.flatMap(({ rows }) => rows.map(isMet))
		.filter((met) => met !== null);
	console.log(`${judged.filter(Boolean).length} of ${judged.length} goals met`);
	return 0;
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

/** @param {unknown} report */
function written(report) {
	return `${JSON.stringify(report, null, '\t')}\n`;
}
