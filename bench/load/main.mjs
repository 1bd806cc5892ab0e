// The load generator: a process of its own that does what it is told over its channel, one thing at a time.
import { Crowd } from './crowd.mjs';
import { pace, saturate } from './drive.mjs';

const crowd = new Crowd();
/** @type {Error | null} what went wrong while nobody was asking */
let failure = null;

/**
 * What it can be told, and what it answers.
 * @type {Record<string, (how: any) => Promise<unknown>>}
 */
const ORDERS = {
	open: ({ seats }) => crowd.open(seats),
	saturate: (how) => saturate(crowd, how),
	pace: (how) => pace(crowd, how),
	close: async () => crowd.close(),
};

process.on('message', (/** @type {{ order: string, how: unknown }} */ { order, how }) => {
	obey(order, how).then(
		(value) => process.send?.({ value }),
		(/** @type {Error} */ error) => process.send?.({ failure: error.message }),
	);
});
process.on('disconnect', () => process.exit());
console.log('The load generator is ready.');

/**
 * @param {string} order
 * @param {unknown} how
 */
async function obey(order, how) {
	if (failure) throw failure;
	const failed = new Promise((_, reject) => (crowd.onFailed = reject));
	const value = await Promise.race([ORDERS[order]?.(how), failed]);
	crowd.onFailed = (error) => (failure ??= error);
	return value;
}
