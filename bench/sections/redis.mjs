// Two servers on one Redis beside one server alone: first every pair split across the two, then together.
import { alternate, compared } from '../compare.mjs';
import { seatsOf } from '../meetings.mjs';
import { drivingNotes } from './notes.mjs';

/**
 * @param {import('../lab.mjs').Lab} lab
 * @returns {Promise<import('../report.mjs').Section>}
 */
export async function redis(lab) {
	const { pairs, rounds, seconds, warmUpS, inFlight } = lab.options;
	const town = await lab.town(pairs);
	const alone = await lab.server(town.settings);
	const city = await lab.city(pairs);
	const two = [await lab.server(city.settings), await lab.server(city.settings)];
	const pids = [...two.map(({ pid }) => pid), city.redisPid];
	const how = { inFlight, warmUpS, seconds };

	lab.say(`opening ${pairs * 2} sockets`);
	const reference = await lab.load();
	await reference.open(seatsOf(town.meetings, () => alone));

	/** @param {(pair: number, side: number) => number} placeOf */
	const besideOne = async (placeOf) => {
		lab.say(`opening ${pairs * 2} sockets`);
		const load = await lab.load();
		await load.open(seatsOf(city.meetings, (pair, side) => at(two, placeOf(pair, side))));
		lab.say(`saturating both sides, ${rounds} rounds of ${seconds} s each`);
		const driven = await alternate(
			rounds,
			() => reference.saturate({ ...how, pids: [alone.pid] }),
			() => load.saturate({ ...how, pids }),
		);
		await load.close();
		await load.stop();
		return driven;
	};
	const split = await besideOne((_pair, side) => side);
	const together = await besideOne((pair) => pair % 2);

	return {
		title: `Two servers on one Redis beside one server: ${pairs} meetings, ${inFlight} updates in flight`,
		sides: ['one server', 'two and Redis'],
		rows: [
			{
				figure: 'CPU per update, pairs split',
				...compared(split, 'cpuUs'),
				unit: 'µs',
				mostRatio: 1.35,
			},
			{
				figure: 'CPU per update, pairs together',
				...compared(together, 'cpuUs'),
				unit: 'µs',
				mostRatio: 1.08,
			},
			{ figure: 'p99 while saturated, pairs split', ...compared(split, 'p99Ms'), unit: 'ms' },
			{ figure: 'p99 while saturated, together', ...compared(together, 'p99Ms'), unit: 'ms' },
		],
		notes: [
			'CPU of both servers and of redis-server, all on one core',
			...[split, together].flatMap(drivingNotes),
		],
		raw: { split, together },
	};
}

/**
 * @template T
 * @param {readonly T[]} all
 * @param {number} index
 */
function at(all, index) {
	const one = all[index];
	if (one === undefined) throw new RangeError(`there is no ${index}`);
	return one;
}
