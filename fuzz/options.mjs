import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run fuzz -- [options]

  --frames <n>       messages the server must have judged, 1000000 if not given
  --upgrades <n>     requests for an upgrade, 20000 if not given
  --bodies <n>       calls of the API, 5000 if not given
  --meetings <n>     meetings in whose name they come, 400 if not given
  --seed <n>         the same inputs again; printed by every run
  --frames-only      no server: the reader of fixes beside the schema, 2000000 frames if --frames is not given`;

/**
 * @typedef {object} Options
 * @property {number} frames
 * @property {number} upgrades
 * @property {number} bodies
 * @property {number} meetings
 * @property {number} seed
 * @property {boolean} framesOnly
 */

/**
 * @param {readonly string[]} args
 * @returns {Options | null} null where help was asked for; throws a sentence where an option is wrong
 */
export function readOptions(args) {
	const { values } = parseArgs({
		args: [...args],
		options: {
			frames: { type: 'string' },
			upgrades: { type: 'string' },
			bodies: { type: 'string' },
			meetings: { type: 'string' },
			seed: { type: 'string' },
			'frames-only': { type: 'boolean', default: false },
			help: { type: 'boolean', short: 'h', default: false },
		},
	});
	if (values.help) return null;
	const framesOnly = values['frames-only'];
	return {
		frames: count('frames', values.frames, framesOnly ? 2_000_000 : 1_000_000),
		upgrades: count('upgrades', values.upgrades, 20_000),
		bodies: count('bodies', values.bodies, 5_000),
		meetings: count('meetings', values.meetings, 400),
		seed: count('seed', values.seed, 1 + (Date.now() % 2 ** 31)),
		framesOnly,
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
