// Two people who keep to the rules while all that goes on: each of their fixes must arrive, in order.
import { setTimeout as wait } from 'node:timers/promises';
import { frame } from './framing.mjs';
import { Line, upgradeRequest } from './line.mjs';

/** Well below what they may (rule P14). */
const EVERY_MS = 250;
/** The machine may be busy; that a fix comes is asked here, not when. */
const PATIENCE_MS = 30_000;
const STEP = 0.000_002;

/**
 * @param {object} parts
 * @param {{ port: number }} parts.server
 * @param {import('./people.mjs').Meeting} parts.meeting
 * @param {(why: string) => void} parts.onFault
 */
export async function createCanary({ server, meeting, onFault }) {
	const walkers = /** @type {const} */ ([0, 1]).map((side) => createWalker(side));
	for (const { line } of walkers)
		if (!(await line.welcomed)) throw new Error('the canary was not let in');
	const timer = setInterval(() => {
		for (const walker of walkers) walker.walk();
	}, EVERY_MS);

	/** @param {0 | 1} side */
	function createWalker(side) {
		const walker = {
			sent: 0,
			/** Of the other one's. */
			heard: 0,
			line: new Line({
				port: server.port,
				request: upgradeRequest(`/api/v1/ws/meetup?session_id=${meeting.id}`, {
					Authorization: `Bearer ${meeting.tokens[side]}`,
					'X-Forwarded-For': meeting.address,
				}),
				hear: (text) => hear(JSON.parse(text)),
			}),
			walk() {
				walker.line.write(frame(Buffer.from(JSON.stringify(update(++walker.sent, side)))));
			},
		};
		/** @param {{ type: string, payload: Record<string, unknown> }} message */
		function hear({ type, payload }) {
			if (type === 'error') onFault(`the canary was refused: ${JSON.stringify(payload)}`);
			if (type !== 'peer_location') return;
			if (payload.client_ts_ms !== walker.heard + 1)
				onFault(`the canary heard fix ${payload.client_ts_ms} after ${walker.heard}`);
			walker.heard++;
		}
		void walker.line.ended.then(({ code, status }) => {
			if (!isOver) onFault(`the canary's socket was closed: ${code ?? status}`);
		});
		return walker;
	}

	let isOver = false;
	return {
		get sent() {
			return walkers.reduce((sum, { sent }) => sum + sent, 0);
		},
		/** Answers how many arrived, once all did or somebody has waited long enough. */
		async settle() {
			clearInterval(timer);
			const heard = () => walkers.reduce((sum, walker) => sum + walker.heard, 0);
			const untilMs = Date.now() + PATIENCE_MS;
			while (heard() < this.sent && Date.now() < untilMs) await wait(20);
			if (heard() < this.sent) onFault(`${this.sent - heard()} fixes of the canary are lost`);
			return heard();
		},
		stop() {
			isOver = true;
			clearInterval(timer);
			for (const { line } of walkers) line.cut();
		},
	};
}

/**
 * @param {number} count
 * @param {number} side
 */
function update(count, side) {
	const payload = {
		lat: 59.9075 + count * STEP,
		lon: 10.7531 + side * 0.001,
		accuracy_m: 8,
		timestamp: new Date().toISOString(),
		client_ts_ms: count,
	};
	return { type: 'location_update', payload };
}
