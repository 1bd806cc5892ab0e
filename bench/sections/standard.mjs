// The server beside the floor: what an update costs, how many there can be, how late they are, and what
// a socket weighs that says nothing.
import { writeFileSync } from 'node:fs';
import { alternate, compared } from '../compare.mjs';
import { seatsAtFloor, seatsOf } from '../meetings.mjs';
import { selfTimes } from '../profile.mjs';
import { drivingNotes } from './notes.mjs';

/** A few come first: what the first socket of a process brings about is not every socket's. */
const FIRST_PAIRS = 20;
const KIB = 1024;

/**
 * @param {import('../lab.mjs').Lab} lab
 * @returns {Promise<import('../report.mjs').Section>}
 */
export async function standard(lab) {
	const { options, say } = lab;
	const { pairs, rounds, seconds, warmUpS, inFlight, rate } = options;
	const { settings, meetings } = await lab.town(pairs);
	const sides = {
		floor: await enter(lab, await lab.floor(), (relay) => seatsAtFloor(pairs, relay)),
		server: await enter(lab, await lab.server(settings), (relay) => seatsOf(meetings, () => relay)),
	};

	say(`saturating both, ${rounds} rounds of ${seconds} s each`);
	const saturated = await alternate(
		rounds,
		...sidesOf(sides, ({ load, pids }) => load.saturate({ inFlight, warmUpS, seconds, pids })),
	);
	say(`${rate} updates a second through both`);
	const paced = await alternate(
		rounds,
		...sidesOf(sides, ({ load, pids }) => load.pace({ perS: rate, warmUpS, seconds, pids })),
	);
	const profile = options.profile && (await profiled(sides.server, options));

	const idle = (/** @type {'rss' | 'heap'} */ kind) => ({
		reference: sides.floor.idle[kind],
		measured: sides.server.idle[kind],
		unit: 'KiB',
		ratio: sides.server.idle[kind] / sides.floor.idle[kind],
	});
	return {
		title: `One server beside a bare ws relay: ${pairs} meetings, ${inFlight} updates in flight`,
		sides: ['floor', 'MeetUp'],
		rows: [
			{
				figure: 'CPU per update, saturated',
				...compared(saturated, 'cpuUs'),
				unit: 'µs',
				mostRatio: 1.15,
			},
			{ figure: 'updates per second, saturated', ...compared(saturated, 'perS') },
			{ figure: `CPU per update at ${rate}/s`, ...compared(paced, 'cpuUs'), unit: 'µs' },
			{ figure: `p50 at ${rate}/s`, ...compared(paced, 'p50Ms'), unit: 'ms' },
			{ figure: `p95 at ${rate}/s`, ...compared(paced, 'p95Ms'), unit: 'ms' },
			{
				figure: `p99 at ${rate}/s`,
				...compared(paced, 'p99Ms'),
				unit: 'ms',
				most: 3,
				mostRatio: 1.5,
			},
			{ figure: 'RSS per idle connection', ...idle('rss'), most: 12 },
			{ figure: 'heap per idle connection', ...idle('heap'), most: 12 },
			{ figure: 'bytes per update, in', ...compared(saturated, 'bytesSent') },
			{ figure: 'bytes per update, out', ...compared(saturated, 'bytesDelivered') },
		],
		notes: [
			...drivingNotes(saturated),
			`${rate}/s was missed by ${rateOff(paced, rate).toFixed(1)} % at most`,
			...(profile ? ['self time of the saturated server:', ...profile] : []),
		],
		raw: { saturated, paced, idle: { floor: sides.floor.idle, server: sides.server.idle } },
	};
}

/**
 * Opens every socket, and weighs them before they say anything.
 * @param {import('../lab.mjs').Lab} lab
 * @param {import('../processes.mjs').Relay} relay
 * @param {(relay: import('../processes.mjs').Relay) => import('../load/walker.mjs').Seat[]} seatsAt
 */
async function enter(lab, relay, seatsAt) {
	const seats = seatsAt(relay);
	lab.say(`opening ${seats.length} sockets`);
	const load = await lab.load();
	const first = await lab.load();
	await first.open(seats.slice(0, FIRST_PAIRS * 2));
	await first.close();
	const empty = await relay.memory();
	await load.open(seats);
	const full = await relay.memory();
	await first.stop();
	const weight = (/** @type {'rss' | 'heap'} */ kind) =>
		(full[kind] - empty[kind]) / seats.length / KIB;
	return { relay, load, pids: [relay.pid], idle: { rss: weight('rss'), heap: weight('heap') } };
}

/**
 * @template Side, Outcome
 * @param {{ floor: Side, server: Side }} sides
 * @param {(side: Side) => Outcome} drive
 * @returns {[() => Outcome, () => Outcome]}
 */
function sidesOf({ floor, server }, drive) {
	return [() => drive(floor), () => drive(server)];
}

/**
 * @param {import('../compare.mjs').Rounds} rounds
 * @param {number} rate
 */
function rateOff({ reference, measured }, rate) {
	return (
		Math.max(...[...reference, ...measured].map(({ perS }) => Math.abs(perS / rate - 1))) * 100
	);
}

/**
 * @param {Awaited<ReturnType<typeof enter>>} server
 * @param {import('../options.mjs').Options} options
 */
async function profiled({ relay, load, pids }, { inFlight, warmUpS, seconds, profile }) {
	await relay.startProfile();
	await load.saturate({ inFlight, warmUpS, seconds, pids });
	const taken = await relay.stopProfile();
	writeFileSync(profile ?? '', JSON.stringify(taken));
	return selfTimes(taken);
}
