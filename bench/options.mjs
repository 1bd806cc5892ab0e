import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run bench -- [options]

What is measured:
  (nothing)          the server beside the floor: CPU, rate, latency, memory, bytes
  --redis            adds two servers on one Redis and one PostgreSQL, beside one server
  --growth           adds the cost per update with 100 and with 5,000 meetings
  --connections <n>  adds n sockets held for two minutes, an update every 5 s from each
  --no-standard      leaves out what is measured without any of these

How:
  --quick            a few seconds each, few meetings: shows that the bench works, and no more
  --pairs <n>        meetings that are driven, 2500 if not given
  --rounds <n>       rounds of each side, 7 if not given
  --seconds <n>      length of a round, 5 if not given
  --in-flight <n>    updates under way while saturated, 64 if not given
  --rate <n>         updates a second for the latency, 5000 if not given
  --keep <folder>    the meetings made there are used again by the next run
  --json <file>      every round's figures, too
  --profile <file>   a CPU profile of the saturated server, for any viewer of .cpuprofile`;

/**
 * @typedef {object} Options
 * @property {boolean} standard
 * @property {boolean} redis
 * @property {boolean} growth
 * @property {number} connections 0 without
 * @property {number} pairs
 * @property {number} rounds
 * @property {number} seconds
 * @property {number} warmUpS
 * @property {number} inFlight
 * @property {number} rate
 * @property {number} holdS how long the connections are held
 * @property {number} growthS the length of a round of `--growth`
 * @property {readonly [number, number]} growthMeetings
 * @property {string | null} keep
 * @property {string | null} json
 * @property {string | null} profile
 */

/** @type {Pick<Options, 'pairs' | 'rounds' | 'seconds' | 'warmUpS' | 'rate' | 'holdS' | 'growthS' | 'growthMeetings'>} */
const FULL = {
	pairs: 2_500,
	rounds: 7,
	seconds: 5,
	warmUpS: 2,
	rate: 5_000,
	holdS: 120,
	// A heartbeat comes every 25 s: each round has exactly one.
	growthS: 25,
	growthMeetings: [100, 5_000],
};
/** @type {typeof FULL} */
const QUICK = {
	pairs: 100,
	rounds: 3,
	seconds: 1,
	warmUpS: 0.5,
	rate: 1_000,
	holdS: 6,
	growthS: 2,
	growthMeetings: [20, 100],
};

/**
 * @param {readonly string[]} args
 * @returns {Options | null} null where help was asked for; throws a sentence where an option is wrong
 */
export function readOptions(args) {
	const { values } = parseArgs({
		args: [...args],
		options: {
			redis: { type: 'boolean', default: false },
			growth: { type: 'boolean', default: false },
			connections: { type: 'string' },
			'no-standard': { type: 'boolean', default: false },
			quick: { type: 'boolean', default: false },
			pairs: { type: 'string' },
			rounds: { type: 'string' },
			seconds: { type: 'string' },
			'in-flight': { type: 'string' },
			rate: { type: 'string' },
			keep: { type: 'string' },
			json: { type: 'string' },
			profile: { type: 'string' },
			help: { type: 'boolean', short: 'h', default: false },
		},
	});
	if (values.help) return null;
	const defaults = values.quick ? QUICK : FULL;
	return {
		...defaults,
		standard: !values['no-standard'],
		redis: values.redis,
		growth: values.growth,
		connections: count('connections', values.connections, 0),
		pairs: count('pairs', values.pairs, defaults.pairs),
		rounds: count('rounds', values.rounds, defaults.rounds),
		seconds: count('seconds', values.seconds, defaults.seconds),
		inFlight: count('in-flight', values['in-flight'], 64),
		rate: count('rate', values.rate, defaults.rate),
		keep: values.keep ?? null,
		json: values.json ?? null,
		profile: values.profile ?? null,
	};
}

/**
 * @param {string} name
 * @param {string | undefined} text
 * @param {number} otherwise
 */
function count(name, text, otherwise) {
	if (text === undefined) return otherwise;
	if (!/^[1-9]\d*$/.test(text)) throw new RangeError(`--${name} is a whole number, 1 or more`);
	return Number(text);
}
