import { END, mark, ZERO } from './byte-scan';

const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const SMALL_E = 0x65;

/** The powers of ten that a double holds exactly. */
const POWERS_OF_TEN = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/**
 * Reads one number by JSON's grammar and leaves `mark` behind it: the very double that `JSON.parse` makes of
 * it. NaN where there is none, where it is too large for a double, and for minus zero: that one is not
 * written back as it was read.
 */
export function readNumber(bytes: Buffer, at: number): number {
	if (bytes[at] !== MINUS) return readSize(bytes, at);
	const size = readSize(bytes, at + 1);
	return size === 0 ? NaN : -size;
}

function readSize(bytes: Buffer, start: number): number {
	let at = start;
	let point = -1;
	let digits = 0; // from the first that is not zero
	let head = 0; // the first nine of them
	let tail = 0; // the next nine
	for (; ; at++) {
		const byte = bytes[at] ?? END;
		const digit = byte - ZERO;
		if (digit >= 0 && digit <= 9) {
			if (digits < 9) head = head * 10 + digit;
			else if (digits < 18) tail = tail * 10 + digit;
			if (head > 0) digits++;
		} else if (byte === POINT && point < 0) point = at;
		else break;
	}
	const whole = (point < 0 ? at : point) - start;
	const fraction = point < 0 ? 0 : at - point - 1;
	if (whole === 0 || (whole > 1 && bytes[start] === ZERO)) return NaN;
	if (point >= 0 && fraction === 0) return NaN;
	mark.at = at;
	if (((bytes[at] ?? END) | 0x20) === SMALL_E) return readExponent(bytes, start, at);
	if (digits > 18 || fraction > 22) return parse(bytes, start);
	const scale = POWERS_OF_TEN[fraction] ?? NaN;
	if (digits <= 9) return head / scale;
	const shifted = head * (POWERS_OF_TEN[digits - 9] ?? NaN);
	// Two exact doubles and one rounding give the nearest double (Clinger 1990).
	if (digits <= 15) return (shifted + tail) / scale;
	const value = quotient(shifted, tail, scale);
	return Number.isNaN(value) ? parse(bytes, start) : value;
}

/** Rare enough to be parsed once more. */
function readExponent(bytes: Buffer, start: number, from: number): number {
	const sign = bytes[from + 1];
	const first = sign === PLUS || sign === MINUS ? from + 2 : from + 1;
	let at = first;
	while (isDigit(bytes[at] ?? END)) at++;
	if (at === first) return NaN;
	mark.at = at;
	return parse(bytes, start);
}

function parse(bytes: Buffer, start: number): number {
	const value = Number(bytes.toString('latin1', start, mark.at));
	return Number.isFinite(value) ? value : NaN;
}

/**
 * `(high + low) / divisor`, rounded once, for a sum of up to 18 digits: what a phone's own latitude has, and
 * `Number(text)` would take three times as long. The rest of a division is found exactly (Dekker 1971), so
 * only `rest / divisor` is rounded; where that could decide about the last bit, the answer is NaN.
 */
function quotient(high: number, low: number, divisor: number): number {
	const sum = high + low;
	const lost = low - (sum - high);
	const first = sum / divisor;
	const product = first * divisor;
	const firstHigh = upperHalf(first);
	const firstLow = first - firstHigh;
	const divisorHigh = upperHalf(divisor);
	const divisorLow = divisor - divisorHigh;
	const above = product - firstHigh * divisorHigh - firstLow * divisorHigh;
	const productLost = firstLow * divisorLow - (above - firstHigh * divisorLow);
	const rest = (sum - product - productLost + lost) / divisor;
	const least = first + rest * (1 - 2 ** -50);
	const most = first + rest * (1 + 2 ** -50);
	return least === most ? least : NaN;
}

/** The upper 26 bits of a double's 53 (Veltkamp). */
function upperHalf(value: number): number {
	const scaled = value * (2 ** 27 + 1);
	return scaled - (scaled - value);
}

function isDigit(byte: number): boolean {
	return byte >= ZERO && byte <= ZERO + 9;
}
