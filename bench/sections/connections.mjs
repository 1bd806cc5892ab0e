// Many sockets on one process, each with a word now and then: all of it must arrive.
import { seatsOf } from '../meetings.mjs';

/** An update of each person in so many seconds. */
const EVERY_S = 5;
const MIB = 1024 * 1024;

/**
 * @param {import('../lab.mjs').Lab} lab
 * @returns {Promise<import('../report.mjs').Section>}
 */
export async function connections(lab) {
	const { connections: wanted, holdS: seconds, warmUpS } = lab.options;
	const { settings, meetings } = await lab.town(Math.ceil(wanted / 2));
	const sockets = meetings.length * 2;
	const server = await lab.server(settings);
	lab.say(`opening ${sockets} sockets`);
	const load = await lab.load();
	await load.open(seatsOf(meetings, () => server));
	lab.say(`holding them for ${seconds} s, an update every ${EVERY_S} s from each`);
	const perS = sockets / EVERY_S;
	// A socket that is closed meanwhile ends the run: what comes back was held.
	const held = await load.pace({ perS, warmUpS, seconds, pids: [server.pid] });
	const { rss } = await server.memory();

	return {
		title: `${sockets} connections in ${meetings.length} meetings on one process for ${seconds} s`,
		sides: ['', 'MeetUp'],
		rows: [
			{ figure: 'connections held', measured: sockets },
			{
				figure: 'updates delivered',
				measured: (held.delivered / held.sent) * 100,
				unit: '%',
				least: 100,
			},
			{ figure: 'p50', measured: held.p50Ms, unit: 'ms' },
			{ figure: 'p99', measured: held.p99Ms, unit: 'ms', most: 25 },
			{ figure: 'latest', measured: held.maxMs, unit: 'ms' },
			{ figure: 'CPU per update', measured: held.cpuUs, unit: 'µs' },
			{ figure: 'CPU of one core', measured: held.busy * 100, unit: '%' },
			{ figure: 'RSS of the process', measured: rss / MIB, unit: 'MiB' },
		],
		notes: [
			`${held.sent} updates sent, ${held.lost} lost, ${held.conflated} replaced by a newer one`,
		],
		raw: { held },
	};
}
