// What an update costs with few meetings and with many, at the same rate.
import { alternate, compared } from '../compare.mjs';
import { seatsOf } from '../meetings.mjs';

/** Of each person of the few: as many as he may send, with a little left. */
const PER_PERSON_PER_S = 9;

/**
 * @param {import('../lab.mjs').Lab} lab
 * @returns {Promise<import('../report.mjs').Section>}
 */
export async function growth(lab) {
	const { growthMeetings, growthS: seconds, rounds, warmUpS } = lab.options;
	const [few, many] = growthMeetings;
	const perS = few * 2 * PER_PERSON_PER_S;
	const sides = [
		await enter(lab, await lab.otherTown(few)),
		await enter(lab, await lab.town(many)),
	];
	const [reference, measured] = sides.map(
		({ load, pids }) =>
			() =>
				load.pace({ perS, warmUpS, seconds, pids }),
	);
	if (!reference || !measured) throw new Error('there are two sides');

	lab.say(`${perS} updates a second through both, ${rounds} rounds of ${seconds} s each`);
	const paced = await alternate(rounds, reference, measured);
	return {
		title: `Growth: ${perS} updates a second by the people of all meetings`,
		sides: [`${few} meetings`, `${many} meetings`],
		rows: [
			{
				figure: 'CPU per update',
				...compared(paced, 'cpuUs'),
				unit: 'µs',
				mostRatio: 1.2,
			},
			{ figure: 'p99', ...compared(paced, 'p99Ms'), unit: 'ms' },
		],
		notes: ['heartbeats are in it: one for every socket in 25 s'],
		raw: { paced },
	};
}

/**
 * @param {import('../lab.mjs').Lab} lab
 * @param {import('../lab.mjs').Town} town
 */
async function enter(lab, { settings, meetings }) {
	const server = await lab.server(settings);
	lab.say(`opening ${meetings.length * 2} sockets`);
	const load = await lab.load();
	await load.open(seatsOf(meetings, () => server));
	return { load, pids: [server.pid] };
}
