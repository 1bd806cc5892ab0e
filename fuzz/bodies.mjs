// Calls of the API with bodies that are not quite right.
import { Agent, request } from 'node:http';
import { calls } from './messages.mjs';
import { mutatedJson } from './mutate.mjs';
import { createRandom } from './random.mjs';

const TYPES = [
	...Array.from({ length: 12 }, () => 'application/json'),
	...['application/json; charset=utf-7', 'text/plain', 'multipart/form-data; boundary=', '', 'x'],
];

/**
 * @param {object} parts
 * @param {{ port: number }} parts.server
 * @param {readonly import('./people.mjs').Meeting[]} parts.meetings
 * @param {number} parts.count
 * @param {number} parts.seed
 * @param {() => boolean} parts.isStopped
 * @param {(why: string, inputs: readonly Buffer[]) => void} parts.onFault
 */
export async function throwBodies({ server, meetings, count, seed, isStopped, onFault }) {
	/** @type {Record<string, number>} */
	const answers = {};
	let called = 0;
	const agent = new Agent({ keepAlive: true, maxSockets: 8 });
	const callInTurn = async (/** @type {unknown} */ _, /** @type {number} */ turn) => {
		const random = createRandom(seed + turn);
		while (called < count && !isStopped()) {
			called++;
			const meeting = random.of(meetings);
			const { method, path, body, as } = random.of(calls(meeting.id));
			const bytes = mutatedJson(body, random);
			const headers = {
				'content-type': random.of(TYPES),
				'x-forwarded-for': meeting.address,
				...(as === 'ana' && { authorization: `Bearer ${meeting.tokens[0]}` }),
			};
			const { port } = server;
			const options = { host: '127.0.0.1', port, agent, method, path: `/api/v1/${path}`, headers };
			const status = await call(options, bytes);
			answers[status] = (answers[status] ?? 0) + 1;
			if (/^5/.test(status)) onFault(`${method} ${path} was answered ${status}`, [bytes]);
		}
	};
	await Promise.all(Array.from({ length: 8 }, callInTurn));
	agent.destroy();
	return { called, answers };
}

/**
 * The status of the answer, or `none` where the line was cut.
 * @param {import('node:http').RequestOptions} options
 * @param {Buffer} body
 * @returns {Promise<string>}
 */
function call(options, body) {
	return new Promise((resolve) => {
		const asked = request(options, (response) => {
			response.resume();
			response.on('close', () => resolve(String(response.statusCode)));
		});
		asked.on('error', () => resolve('none'));
		asked.end(body);
	});
}
