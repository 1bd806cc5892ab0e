// Private Redis servers for the tests: one that stands alone, and a cluster of two. Nothing on disk.
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.mjs';
import { startService } from './run.mjs';

/** Slots of a Redis Cluster: https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/ */
const SLOTS = 16_384;
const CLUSTER_FORMS_MS = 30_000;

/**
 * @param {string} program
 * @param {(() => Promise<void> | void)[]} undo
 */
export async function startRedis(program, undo) {
	return `redis://127.0.0.1:${await startServer(program, undo)}`;
}

/**
 * Two nodes with half of the slots each. Answers the address of one: a client finds the other.
 * @param {string} program
 * @param {(() => Promise<void> | void)[]} undo
 */
export async function startRedisCluster(program, undo) {
	const start = async () => {
		const busPort = await freePort();
		const port = await startServer(program, undo, [
			...['--cluster-enabled', 'yes', '--cluster-port', String(busPort)],
		]);
		return { port, busPort };
	};
	const first = await start();
	const second = await start();
	await ask(first.port, `CLUSTER ADDSLOTSRANGE 0 ${SLOTS / 2 - 1}`);
	await ask(second.port, `CLUSTER ADDSLOTSRANGE ${SLOTS / 2} ${SLOTS - 1}`);
	await ask(first.port, `CLUSTER MEET 127.0.0.1 ${second.port} ${second.busPort}`);
	const untilMs = Date.now() + CLUSTER_FORMS_MS;
	for (const { port } of [first, second])
		while (!/cluster_state:ok/.test(await ask(port, 'CLUSTER INFO'))) {
			if (Date.now() > untilMs) throw new Error('The two Redis nodes did not become a cluster.');
			await new Promise((resolve) => setTimeout(resolve, 100));
		}
	return `redis://127.0.0.1:${first.port}`;
}

/**
 * @param {string} program
 * @param {(() => Promise<void> | void)[]} undo
 * @param {string[]} more
 */
async function startServer(program, undo, more = []) {
	const folder = mkdtempSync(join(tmpdir(), 'meetup-redis-'));
	undo.push(() => rmSync(folder, { recursive: true, force: true }));
	const port = await freePort();
	const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, ...more];
	const service = await startService(program, [...args, '--save', '', '--appendonly', 'no'], {
		ready: /ready to accept connections/i,
	});
	undo.push(service.stop);
	return port;
}

/**
 * One command as Redis takes it by hand, and what it answers.
 * @param {number} port
 * @param {string} command
 * @returns {Promise<string>}
 */
function ask(port, command) {
	return new Promise((resolve, reject) => {
		const socket = connect(port, '127.0.0.1', () => socket.write(`${command}\r\n`));
		socket.once('error', reject);
		socket.once('data', (answer) => {
			socket.destroy();
			const text = answer.toString();
			if (text.startsWith('-')) reject(new Error(`Redis refused ${command}: ${text}`));
			else resolve(text);
		});
	});
}
