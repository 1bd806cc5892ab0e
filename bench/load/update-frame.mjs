// A `location_update` as the frame that goes over the wire, written once: an update changes digits.

/**
 * All four bytes of the mask are alike, so that a digit is masked the same wherever it stands. Not
 * zero: ws leaves such a frame as it is, which it can't with those of real clients.
 */
const MASK = 0x5a;
const ISO_LENGTH = 24;
const EPOCH_LENGTH = 13;
/** Degrees are written with so many decimals, about a centimetre. */
const DECIMALS = 7;
const UNITS = 10 ** DECIMALS;
const WALKING_MPS = 1.4;
const METRES_PER_DEGREE = 111_195;

/** The present millisecond as masked digits: written once for all who send in it. */
export class Clock {
	nowMs = 0;
	iso = Buffer.alloc(ISO_LENGTH);
	epoch = Buffer.alloc(EPOCH_LENGTH);

	/** @param {number} nowMs a whole number */
	set(nowMs) {
		if (nowMs === this.nowMs) return;
		this.nowMs = nowMs;
		this.iso.write(new Date(nowMs).toISOString(), 'latin1');
		this.epoch.write(String(nowMs), 'latin1');
		mask(this.iso);
		mask(this.epoch);
	}
}

/** One walker's updates: a straight line at walking speed from where he began. */
export class UpdateFrame {
	/** The whole frame, ready to be sent. */
	bytes;

	#textAt;
	#latAt;
	#lonAt;
	#isoAt;
	#epochAt;
	#lat;
	#lon;
	#north;
	#east;
	#sinceMs = 0;

	/** @param {{ lat: number, lon: number, headingDeg: number }} walk positive, with room to walk */
	constructor({ lat, lon, headingDeg }) {
		const text = JSON.stringify({
			type: 'location_update',
			payload: {
				lat: 'LAT',
				lon: 'LON',
				accuracy_m: 8,
				timestamp: 'I'.repeat(ISO_LENGTH),
				heading_deg: headingDeg,
				speed_mps: WALKING_MPS,
				client_ts_ms: 'EPOCH',
			},
		})
			.replace('"LAT"', `${Math.trunc(lat)}.${'A'.repeat(DECIMALS)}`)
			.replace('"LON"', `${Math.trunc(lon)}.${'O'.repeat(DECIMALS)}`)
			.replace('"EPOCH"', 'E'.repeat(EPOCH_LENGTH));
		const header = clientHeader(0x1, text.length);
		this.#textAt = header.length;
		this.#latAt = header.length + text.indexOf('AAA');
		this.#lonAt = header.length + text.indexOf('OOO');
		this.#isoAt = header.length + text.indexOf('III');
		this.#epochAt = header.length + text.indexOf('EEE');
		this.bytes = Buffer.concat([header, mask(Buffer.from(text, 'latin1'))]);

		this.#lat = Math.round((lat % 1) * UNITS);
		this.#lon = Math.round((lon % 1) * UNITS);
		const unitsPerS = (WALKING_MPS / METRES_PER_DEGREE) * UNITS;
		const heading = (headingDeg * Math.PI) / 180;
		this.#north = unitsPerS * Math.cos(heading);
		this.#east = (unitsPerS * Math.sin(heading)) / Math.cos((lat * Math.PI) / 180);
	}

	/** @param {Clock} clock */
	write({ nowMs, iso, epoch }) {
		if (this.#sinceMs === 0) this.#sinceMs = nowMs;
		const walkedS = (nowMs - this.#sinceMs) / 1000;
		writeDigits(this.bytes, this.#latAt, Math.round(this.#lat + this.#north * walkedS));
		writeDigits(this.bytes, this.#lonAt, Math.round(this.#lon + this.#east * walkedS));
		iso.copy(this.bytes, this.#isoAt);
		epoch.copy(this.bytes, this.#epochAt);
	}

	/**
	 * What the frame says now: to compare what arrives with.
	 * @returns {Record<string, unknown>}
	 */
	payload() {
		const text = mask(Buffer.from(this.bytes.subarray(this.#textAt)));
		return JSON.parse(text.toString('latin1')).payload;
	}
}

/** What answers a ping: empty, as the server's pings are. */
export const PONG = clientHeader(0xa, 0);

/**
 * @param {number} opcode
 * @param {number} length
 */
function clientHeader(opcode, length) {
	const size = length < 126 ? [0x80 | length] : [0x80 | 126, length >> 8, length & 0xff];
	return Buffer.from([0x80 | opcode, ...size, MASK, MASK, MASK, MASK]);
}

/** @param {Buffer} bytes masked, or unmasked, in place */
function mask(bytes) {
	for (let at = 0; at < bytes.length; at++) bytes[at] = (bytes[at] ?? 0) ^ MASK;
	return bytes;
}

/**
 * @param {Buffer} bytes
 * @param {number} start
 * @param {number} value
 */
function writeDigits(bytes, start, value) {
	let rest = value;
	for (let at = start + DECIMALS - 1; at >= start; at--) {
		const tenth = Math.trunc(rest / 10);
		bytes[at] = (0x30 + rest - tenth * 10) ^ MASK;
		rest = tenth;
	}
}
