// One stranger on one socket: throws mutated frames until he is closed, waits as long as he must, and returns.
import { setTimeout as wait } from 'node:timers/promises';
import { BROKEN, message } from './framing.mjs';
import { Line, upgradeRequest } from './line.mjs';
import { anyMessage } from './messages.mjs';
import { mutatedJson } from './mutate.mjs';
import { createRandom } from './random.mjs';

/** In one write; then the others get their turn. */
const AT_ONCE = 20;
const PAUSE_MS = 30;
/** The window of the limits (rules P13, P15): who was closed for abuse is so again until it ends. */
const WINDOW_MS = 10_000;
/** One in so many breaks the framing, which mostly ends the socket. */
const BROKEN_ONE_IN = 200;
/** What is no UTF-8 closes the socket before anybody has judged it: mostly it is made good. */
const NO_UTF8_ONE_IN = 20;
/** Half a frame waits for its other half: whoever never sends it leaves. */
const LET_GO_MS = 300;
/** The last frames of a socket that was closed for a fault of the server. */
const REMEMBERED = 60;

/** So many ask to come in at a time: more than a thousand would be refused (rule P8), which is not asked here. */
const OPENING_MAX = 32;
let opening = 0;

/**
 * What all of them have done, by what it was.
 * @typedef {object} Tally
 * @property {number} thrown messages that were sent
 * @property {Record<string, number>} broken framing, by the rule that was broken
 * @property {Record<string, number>} ends sockets, by the code they were closed with or the status they were refused with
 */

/** @returns {Tally} */
export function createTally() {
	return { thrown: 0, broken: {}, ends: {} };
}

/**
 * @param {object} parts
 * @param {{ port: number }} parts.server
 * @param {import('./people.mjs').People} parts.people
 * @param {import('./people.mjs').Meeting} parts.meeting
 * @param {0 | 1} parts.side
 * @param {boolean} parts.isInbox
 * @param {number} parts.seed
 * @param {Tally} parts.tally
 * @param {(why: string, inputs: readonly Buffer[]) => void} parts.onFault
 */
export function createThrower({ server, people, side, isInbox, seed, tally, onFault, ...parts }) {
	const random = createRandom(seed);
	let { meeting } = parts;
	let isStopped = false;
	/** @type {Line | null} */
	let line = null;
	/** @type {Buffer[]} */
	const recent = [];

	async function throwOn() {
		while (!isStopped) {
			const sinceMs = Date.now();
			line = await enter();
			if (await line.welcomed) await throwAt(line);
			if (isStopped) line.cut();
			const end = await line.ended;
			if (isStopped) return;
			const name = String(end.code ?? end.status ?? 'cut');
			tally.ends[name] = (tally.ends[name] ?? 0) + 1;
			if (name === '1011' || name === '0' || /^5\d\d$/.test(name))
				onFault(`a socket of seed ${seed} ended with ${name}`, recent);
			// Over, or taken away: somewhere else it goes on.
			if (['4410', '4403', '4401', '410', '403', '401'].includes(name))
				meeting = await people.meet();
			else if (name === '4400') await wait(Math.max(0, sinceMs + WINDOW_MS - Date.now()));
			else if (name === '429') await wait(1_000);
		}
	}

	async function enter() {
		while (opening >= OPENING_MAX && !isStopped) await wait(5 + Math.random() * 20);
		opening++;
		const request = upgradeRequest(address(), headers());
		const entered = new Line({ port: server.port, request });
		void entered.welcomed.then(() => opening--);
		return entered;
	}

	/** @param {Line} at */
	async function throwAt(at) {
		while (!at.isOver && !isStopped) {
			if (random.below(BROKEN_ONE_IN / AT_ONCE) === 0) return breakDown(at);
			const frames = [];
			for (let count = 0; count < AT_ONCE; count++) frames.push(next());
			at.write(Buffer.concat(frames));
			tally.thrown += AT_ONCE;
			do await wait(PAUSE_MS);
			while (at.isFull && !at.isOver);
		}
	}

	function next() {
		const bytes = mutatedJson(anyMessage(random), random);
		const text = random.below(NO_UTF8_ONE_IN) ? Buffer.from(bytes.toString('utf8')) : bytes;
		remember(text);
		return message(text, random);
	}

	/** @param {Line} at */
	async function breakDown(at) {
		const name = random.of(Object.keys(BROKEN));
		const broken = BROKEN[/** @type {keyof typeof BROKEN} */ (name)];
		const bytes = broken(mutatedJson(anyMessage(random), random), random);
		remember(Buffer.concat([Buffer.from(`${name}: `), bytes]));
		tally.broken[name] = (tally.broken[name] ?? 0) + 1;
		at.write(bytes);
		await Promise.race([at.ended, wait(LET_GO_MS)]);
		at.cut();
	}

	/** @param {Buffer} input */
	function remember(input) {
		recent.push(input);
		if (recent.length > REMEMBERED) recent.shift();
	}

	function address() {
		return isInbox ? '/api/v1/ws/inbox' : `/api/v1/ws/meetup?session_id=${meeting.id}`;
	}

	function headers() {
		return { Authorization: `Bearer ${meeting.tokens[side]}`, 'X-Forwarded-For': meeting.address };
	}

	const running = throwOn();
	return {
		async stop() {
			isStopped = true;
			line?.cut();
			await running;
		},
	};
}
