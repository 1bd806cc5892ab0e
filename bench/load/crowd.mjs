// Everybody who walks, and the book of what was sent and what arrived: nothing may go missing unseen.
import { createHistogram } from 'node:perf_hooks';
import { Clock } from './update-frame.mjs';
import { Walker } from './walker.mjs';

/** So many updates of one walker may be under way: at 10 a second, nearly a second's worth. */
const REMEMBERED = 8;
/** So many sockets are opened at a time. */
const OPENING = 50;
/** Every so many updates one is read as JSON and compared with what was sent, field by field. */
const COMPARED = 499;
const STAMP = Buffer.from('"client_ts_ms":');
/** How the two kinds of updates begin: the server's, and the floor's, which is the client's own. */
const BEGINNINGS = ['{"type":"peer_location"', '{"type":"location_update"'].map((text) =>
	Buffer.from(text),
);

export class Crowd {
	/** @type {Walker[]} */
	walkers = [];
	sent = 0;
	delivered = 0;
	/** A newer one came instead (rule P26). */
	conflated = 0;
	lost = 0;
	compared = 0;
	bytesSent = 0;
	bytesDelivered = 0;
	latencyUs = createHistogram();
	/** So many updates have arrived, or will not any more. */
	onSettled = (/** @type {number} */ _count) => {};
	onFailed = (/** @type {Error} */ _error) => {};

	#clock = new Clock();
	/** Of each walker: how many updates he sent, and which of them arrived last. */
	#sentBy = new Int32Array(0);
	#arrivedBy = new Int32Array(0);
	/** Of each walker's latest updates: what it says in `client_ts_ms`, and when it left. */
	#stamps = new Float64Array(0);
	#leftAt = new Float64Array(0);

	/** @param {readonly import('./walker.mjs').Seat[]} seats */
	async open(seats) {
		this.#sentBy = new Int32Array(seats.length);
		this.#arrivedBy = new Int32Array(seats.length);
		this.#stamps = new Float64Array(seats.length * REMEMBERED);
		this.#leftAt = new Float64Array(seats.length * REMEMBERED);
		this.walkers = seats.map(
			(seat, index) =>
				new Walker({
					seat,
					walk: walkOf(index),
					hear: (bytes, start, end) => this.#hear(index, bytes, start, end),
					onBroken: (why) => this.onFailed(new Error(why)),
				}),
		);
		let next = 0;
		const openInTurn = async () => {
			for (let walker = this.walkers[next++]; walker; walker = this.walkers[next++])
				await walker.open();
		};
		await Promise.all(Array.from({ length: OPENING }, openInTurn));
	}

	close() {
		for (const walker of this.walkers) walker.close();
		this.walkers = [];
	}

	/** How many updates are under way. */
	get unsettled() {
		return this.sent - this.delivered - this.conflated - this.lost;
	}

	/** Nobody waits any longer for what is under way. Answers how many that were. */
	writeOff() {
		const lost = this.unsettled;
		this.lost += lost;
		this.#arrivedBy.set(this.#sentBy);
		return lost;
	}

	/**
	 * @param {number} index
	 * @param {number} nowMs of `performance.now()`
	 */
	send(index, nowMs) {
		const walker = this.walkers[index];
		if (walker === undefined) throw new RangeError(`nobody is number ${index}`);
		this.#clock.set(Math.floor(performance.timeOrigin + nowMs));
		const slot = index * REMEMBERED + ((this.#sentBy[index] ?? 0) % REMEMBERED);
		this.#sentBy[index] = (this.#sentBy[index] ?? 0) + 1;
		this.#stamps[slot] = this.#clock.nowMs;
		this.#leftAt[slot] = nowMs;
		walker.sentAtMs = nowMs;
		this.sent++;
		this.bytesSent += walker.update.bytes.length;
		try {
			walker.send(this.#clock);
		} catch (error) {
			this.onFailed(new Error(`an update did not leave: ${String(error)}`));
		}
	}

	/**
	 * @param {number} index who hears it
	 * @param {Buffer} bytes
	 * @param {number} start
	 * @param {number} end
	 */
	#hear(index, bytes, start, end) {
		if (BEGINNINGS.some((text) => startsWith(bytes, start, text)))
			return this.#arrive(index ^ 1, bytes, start, end);
		const message = JSON.parse(bytes.toString('utf8', start, end));
		if (message.type === 'peer_location') return this.#arrive(index ^ 1, bytes, start, end);
		if (message.type !== 'error') return;
		const { code, ref, message: words } = message.payload;
		this.onFailed(new Error(`the server answered ${ref} with ${code}: ${words}`));
	}

	/**
	 * @param {number} index who sent it
	 * @param {Buffer} bytes
	 * @param {number} start
	 * @param {number} end
	 */
	#arrive(index, bytes, start, end) {
		const nowMs = performance.now();
		const stamp = readNumber(bytes, bytes.indexOf(STAMP, start) + STAMP.length);
		const sent = this.#sentBy[index] ?? 0;
		let nth = sent;
		while (nth > sent - REMEMBERED && this.#stamps[slotOf(index, nth)] !== stamp) nth--;
		const before = this.#arrivedBy[index] ?? 0;
		if (nth <= before || nth <= sent - REMEMBERED)
			return this.onFailed(new Error('an update arrived twice, too late or out of order'));
		this.#arrivedBy[index] = nth;
		this.delivered++;
		this.conflated += nth - before - 1;
		this.bytesDelivered += end - start + headerLength(end - start);
		const latencyMs = nowMs - (this.#leftAt[slotOf(index, nth)] ?? 0);
		this.latencyUs.record(Math.max(1, Math.round(latencyMs * 1000)));
		if (this.delivered % COMPARED === 0 && nth === sent) this.#compare(index, bytes, start, end);
		this.onSettled(nth - before);
	}

	/**
	 * @param {number} index
	 * @param {Buffer} bytes
	 * @param {number} start
	 * @param {number} end
	 */
	#compare(index, bytes, start, end) {
		const sent = this.walkers[index]?.update.payload() ?? {};
		const { payload } = JSON.parse(bytes.toString('utf8', start, end));
		for (const [field, value] of Object.entries(sent))
			if (payload[field] !== value)
				this.onFailed(new Error(`${field} was ${String(value)} and arrived as ${payload[field]}`));
		this.compared++;
	}
}

/** Two who follow one another walk towards each other, 800 m apart; no two pairs are in one place. */
function walkOf(/** @type {number} */ index) {
	const pair = index >> 1;
	const headingDeg = (pair * 37) % 360;
	const [lat, lon] = [40.3 + (pair % 400) * 0.001, 10.3 + (pair % 397) * 0.001];
	if (index % 2 === 0) return { lat, lon, headingDeg };
	const heading = (headingDeg * Math.PI) / 180;
	const apart = 800 / 111_195;
	return {
		lat: lat + apart * Math.cos(heading),
		lon: lon + (apart * Math.sin(heading)) / Math.cos((lat * Math.PI) / 180),
		headingDeg: (headingDeg + 180) % 360,
	};
}

/**
 * @param {number} index
 * @param {number} nth counted from 1
 */
function slotOf(index, nth) {
	return index * REMEMBERED + ((nth - 1 + REMEMBERED) % REMEMBERED);
}

/**
 * @param {Buffer} bytes
 * @param {number} start
 * @param {Buffer} text
 */
function startsWith(bytes, start, text) {
	for (let at = text.length - 1; at >= 0; at--) if (bytes[start + at] !== text[at]) return false;
	return true;
}

/**
 * A whole number, as digits.
 * @param {Buffer} bytes
 * @param {number} start
 */
function readNumber(bytes, start) {
	let value = 0;
	for (let at = start; ; at++) {
		const digit = (bytes[at] ?? 0) - 0x30;
		if (digit < 0 || digit > 9) return value;
		value = value * 10 + digit;
	}
}

/** Of a frame by a server (RFC 6455, 5.2). */
function headerLength(/** @type {number} */ length) {
	return length < 126 ? 2 : 4;
}
