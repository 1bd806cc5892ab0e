import { readInstant } from './byte-instant';
import { readNumber } from './byte-number';
import { END, isWordAt, mark, skipColon, skipSpace, wordBytes } from './byte-scan';
import type { FixFields } from './fix-fields';

/** A `location_update` read straight from its bytes. */
export interface FixFrame extends FixFields {
	/** Where the members of the payload stand in the frame: what its sender gave, without the braces. */
	readonly membersStart: number;
	readonly membersEnd: number;
}

const OPEN = 0x7b;
const CLOSE = 0x7d;
const COMMA = 0x2c;

/** A fix with every field has some 230 bytes. What is much longer is padded, and padding is not relayed. */
const LONGEST = 512;

const TYPE = wordBytes('"type"');
const LOCATION_UPDATE = wordBytes('"location_update"');
const PAYLOAD = wordBytes('"payload"');
const NULL = wordBytes('null');
const TRUE = wordBytes('true');
const FALSE = wordBytes('false');

const LAT = 1;
const LON = 2;
const ACCURACY = 4;
const TIMESTAMP = 8;
const HEADING = 16;
const SPEED = 32;
const CLIENT_TS = 64;
const MANUAL = 128;
const REQUIRED = LAT | LON | ACCURACY | TIMESTAMP;

const NAMES: readonly { readonly field: number; readonly name: Uint8Array }[] = [
	{ field: LAT, name: wordBytes('"lat"') },
	{ field: LON, name: wordBytes('"lon"') },
	{ field: ACCURACY, name: wordBytes('"accuracy_m"') },
	{ field: TIMESTAMP, name: wordBytes('"timestamp"') },
	{ field: HEADING, name: wordBytes('"heading_deg"') },
	{ field: SPEED, name: wordBytes('"speed_mps"') },
	{ field: CLIENT_TS, name: wordBytes('"client_ts_ms"') },
	{ field: MANUAL, name: wordBytes('"manual"') },
];
/** By the letter it begins with; `lat` and `lon` share theirs. */
const BY_LETTER = Array.from({ length: 128 }, (_, letter) =>
	NAMES.filter(({ name }) => name[1] === letter),
);
const NONE: (typeof NAMES)[number][] = [];

/**
 * The hot path of `readClientFrame`: whatever it accepts the schema accepts too, and makes the same of it.
 * Null for everything that is not plainly a `location_update` with known fields only: what that is, and
 * what is wrong with it, only the schema tells. Never throws.
 *
 * @param length where the frame ends in `bytes`; whatever stands behind it has no effect
 */
export function readFixFrame(bytes: Buffer, length = bytes.length): FixFrame | null {
	// Reads may pass the last byte, but only forwards: none of them comes back to end at it.
	if (length > LONGEST || bytes[length - 1] !== CLOSE) return null;
	let at = skipSpace(bytes, 0);
	if (bytes[at] !== OPEN) return null;
	at = skipSpace(bytes, at + 1);
	if (!isWordAt(bytes, at, TYPE)) return null;
	at = skipColon(bytes, at + TYPE.length);
	if (at < 0 || !isWordAt(bytes, at, LOCATION_UPDATE)) return null;
	at = skipSpace(bytes, at + LOCATION_UPDATE.length);
	if (bytes[at] !== COMMA) return null;
	at = skipSpace(bytes, at + 1);
	if (!isWordAt(bytes, at, PAYLOAD)) return null;
	at = skipColon(bytes, at + PAYLOAD.length);
	if (at < 0 || bytes[at] !== OPEN) return null;
	const fix = readMembers(bytes, at + 1);
	if (fix === null) return null;
	at = skipSpace(bytes, fix.membersEnd + 1);
	return bytes[at] === CLOSE && at === length - 1 ? fix : null;
}

function readMembers(bytes: Buffer, membersStart: number): FixFrame | null {
	let seen = 0;
	let lat = 0;
	let lon = 0;
	let accuracyM = 0;
	let atMs = 0;
	let headingDeg = NaN;
	let speedMps = NaN;
	let clientTsMs = NaN;
	let manual: boolean | null = null;
	for (let at = membersStart; ; at++) {
		at = skipSpace(bytes, at);
		const field = fieldAt(bytes, at);
		if (field === 0 || (seen & field) !== 0) return null;
		seen |= field;
		at = skipColon(bytes, mark.at);
		if (at < 0) return null;
		if (field > TIMESTAMP && isWordAt(bytes, at, NULL)) mark.at = at + NULL.length;
		else if (field === TIMESTAMP) {
			atMs = readInstant(bytes, at);
			if (Number.isNaN(atMs)) return null;
		} else if (field === MANUAL) {
			manual = isWordAt(bytes, at, TRUE);
			if (!manual && !isWordAt(bytes, at, FALSE)) return null;
			mark.at = at + (manual ? TRUE : FALSE).length;
		} else {
			const value = readNumber(bytes, at);
			if (Number.isNaN(value)) return null;
			if (field === LAT) lat = value;
			else if (field === LON) lon = value;
			else if (field === ACCURACY) accuracyM = value;
			else if (field === CLIENT_TS) clientTsMs = value;
			else if (value < 0) return null;
			else if (field === SPEED) speedMps = value;
			else if (value <= 360) headingDeg = value;
			else return null;
		}
		at = skipSpace(bytes, mark.at);
		if (bytes[at] === COMMA) continue;
		if (bytes[at] !== CLOSE || (seen & REQUIRED) !== REQUIRED) return null;
		return {
			lat,
			lon,
			accuracyM,
			atMs,
			headingDeg,
			speedMps,
			clientTsMs,
			manual,
			membersStart,
			membersEnd: at,
		};
	}
}

/** Which field is named here, with `mark` behind its name; 0 for none that is known. */
function fieldAt(bytes: Buffer, at: number): number {
	for (const { field, name } of BY_LETTER[bytes[at + 1] ?? END] ?? NONE)
		if (isWordAt(bytes, at, name)) {
			mark.at = at + name.length;
			return field;
		}
	return 0;
}
