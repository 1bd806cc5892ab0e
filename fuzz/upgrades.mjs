// Requests for an upgrade that are not quite right.
import { connect } from 'node:net';
import { upgradeRequest } from './line.mjs';
import { mutatedBytes } from './mutate.mjs';
import { createRandom } from './random.mjs';

/** Whoever has said only half is not waited for: the server gives him ten seconds. */
const LET_GO_MS = 150;
/** A database that is busy takes its time. */
const PATIENCE_MS = 3_000;

const TARGETS = ['/api/v1/ws/meetup', '/api/v1/ws/inbox'];
const WORDS = [
	...[
		'',
		' ',
		',',
		'%',
		'%00',
		'%ff',
		'%2e%2e%2f',
		'\0',
		'\t',
		'\x7f',
		'\xff',
		'"',
		'?',
		'#',
		'//',
	],
	...[
		'13, 12',
		'8',
		'-1',
		'99999999999999999999',
		'websocket, h2c',
		'keep-alive',
		'null',
		'Basic x',
	],
	'x'.repeat(17_000),
	'a='.repeat(3_000),
];

/**
 * @param {import('./people.mjs').Meeting} meeting
 * @param {import('./random.mjs').Random} random
 */
function mutatedUpgrade(meeting, random) {
	const token = random.of([...meeting.tokens, random.of(WORDS)]);
	const id = random.below(3) ? meeting.id : mutatedText(meeting.id, random);
	const query = random.of([
		`session_id=${id}`,
		`session_id=${id}&token=${token}`,
		id,
		`token=${token}`,
	]);
	/** @type {Record<string, string>} */
	const headers = { 'X-Forwarded-For': meeting.address };
	if (random.below(2)) headers.Authorization = `Bearer ${token}`;
	if (random.below(3) === 0) headers.Cookie = `meetup_login=${token}`;
	if (random.below(3) === 0) headers.Origin = random.of(['null', 'http://127.0.0.1', ...WORDS]);
	const names = ['Host', 'Connection', 'Upgrade', 'Sec-WebSocket-Version', 'Sec-WebSocket-Key'];
	const others = ['Sec-WebSocket-Protocol', 'Sec-WebSocket-Extensions', 'Content-Length', 'Expect'];
	if (random.below(2)) headers[random.of([...names, ...others])] = random.of(WORDS);
	const path = random.below(4) ? random.of(TARGETS) : mutatedText(random.of(TARGETS), random);
	const request = upgradeRequest(`${path}?${query}`, headers);
	if (random.below(3)) return Buffer.from(request, 'latin1');
	// Who it comes from stays: only a proxy says that, and it does not lie.
	return mutatedBytes(Buffer.from(request, 'latin1'), random);
}

/**
 * @param {string} text
 * @param {import('./random.mjs').Random} random
 */
function mutatedText(text, random) {
	return mutatedBytes(Buffer.from(text), random)
		.toString('latin1')
		.replaceAll(/[\r\n]/g, '');
}

/**
 * Asks so many times, some at once; tallies what came of it.
 * @param {object} parts
 * @param {{ port: number }} parts.server
 * @param {readonly import('./people.mjs').Meeting[]} parts.meetings
 * @param {number} parts.count
 * @param {number} parts.seed
 * @param {() => boolean} parts.isStopped
 * @param {(why: string, inputs: readonly Buffer[]) => void} parts.onFault
 */
export async function throwUpgrades({ server, meetings, count, seed, isStopped, onFault }) {
	/** @type {Record<string, number>} */
	const answers = {};
	let asked = 0;
	const askInTurn = async (/** @type {unknown} */ _, /** @type {number} */ turn) => {
		const random = createRandom(seed + turn);
		while (asked < count && !isStopped()) {
			asked++;
			const request = mutatedUpgrade(random.of(meetings), random);
			const status = await ask(server.port, request, random.bytes(random.below(40)));
			answers[status] = (answers[status] ?? 0) + 1;
			if (/^5/.test(status)) onFault(`an upgrade was answered ${status}`, [request]);
		}
	};
	await Promise.all(Array.from({ length: 48 }, askInTurn));
	return { asked, answers };
}

/**
 * The status of the answer, or `none`.
 * @param {number} port
 * @param {Buffer} request
 * @param {Buffer} afterwards what is said to whoever lets us in
 * @returns {Promise<string>}
 */
function ask(port, request, afterwards) {
	return new Promise((resolve) => {
		let status = 'none';
		const socket = connect({ host: '127.0.0.1', port });
		const letGo = setTimeout(() => socket.destroy(), isWhole(request) ? PATIENCE_MS : LET_GO_MS);
		socket.on('error', () => {}); // a line that is cut: `close` follows
		socket.on('close', () => {
			clearTimeout(letGo);
			resolve(status);
		});
		socket.on('data', (bytes) => {
			if (status !== 'none') return;
			[, status = 'none'] = /^HTTP\/1\.\d (\d{3})/.exec(bytes.toString('latin1', 0, 20)) ?? [];
			if (status === '101') socket.write(afterwards);
			setTimeout(() => socket.destroy(), 20);
		});
		socket.write(request);
	});
}

/** @param {Buffer} request */
function isWhole(request) {
	const text = request.toString('latin1');
	return text.endsWith('\r\n\r\n') && !/content-length|transfer-encoding/i.test(text);
}
