import { END, mark, ZERO } from './byte-scan';

const QUOTE = 0x22;
const DASH = 0x2d;
const POINT = 0x2e;
const COLON = 0x3a;
const LETTER_T = 0x54;
const LETTER_Z = 0x5a;

/** `"2026-11-24T08:00:00Z"` with its quotes: nothing shorter is an instant. */
const SHORTEST = 22;
const FRACTION_MAX = 9;
const DAY_MS = 86_400_000;

/**
 * Reads a quoted instant as `Instant` has it, with up to nine digits of a fraction, and leaves `mark` behind
 * it: what `Date.parse` makes of it, which cuts the fraction after three. NaN for anything else.
 */
export function readInstant(bytes: Buffer, start: number): number {
	if (bytes.length - start < SHORTEST || bytes[start] !== QUOTE) return NaN;
	const dayMs = readDay(bytes, start + 1) * DAY_MS;
	const hour = pair(bytes, start + 12);
	const minute = pair(bytes, start + 15);
	const second = pair(bytes, start + 18);
	if (bytes[start + 11] !== LETTER_T) return NaN;
	if (bytes[start + 14] !== COLON || bytes[start + 17] !== COLON) return NaN;
	if (!(hour <= 23 && minute <= 59 && second <= 59)) return NaN;
	let at = start + 20;
	let ms = 0;
	if (bytes[at] === POINT) {
		const first = ++at;
		let weight = 100;
		for (let digit = digitAt(bytes, at); digit >= 0 && digit <= 9; digit = digitAt(bytes, ++at)) {
			ms += digit * weight;
			weight = Math.trunc(weight / 10);
		}
		if (at === first || at - first > FRACTION_MAX) return NaN;
	}
	if (bytes[at] !== LETTER_Z || bytes[at + 1] !== QUOTE) return NaN;
	mark.at = at + 2;
	return dayMs + ((hour * 60 + minute) * 60 + second) * 1000 + ms;
}

/** Days since 1970 of `2026-11-24`. */
function readDay(bytes: Buffer, at: number): number {
	const year = pair(bytes, at) * 100 + pair(bytes, at + 2);
	const month = pair(bytes, at + 5);
	const day = pair(bytes, at + 8);
	if (bytes[at + 4] !== DASH || bytes[at + 7] !== DASH) return NaN;
	if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1)) return NaN;
	if (day > 28 && day > daysIn(month, year)) return NaN;
	return daysSinceEpoch(year, month, day);
}

function daysIn(month: number, year: number): number {
	if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
	return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

/** The proleptic Gregorian calendar, with years that begin in March: so the leap day is the last one. */
function daysSinceEpoch(year: number, month: number, day: number): number {
	const years = month > 2 ? year : year - 1;
	const months = month > 2 ? month - 3 : month + 9;
	const leapDays = Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400);
	return years * 365 + leapDays + Math.floor((months * 153 + 2) / 5) + day - 719_469;
}

/** Two digits; NaN where they are none. */
function pair(bytes: Buffer, at: number): number {
	const tens = digitAt(bytes, at);
	const ones = digitAt(bytes, at + 1);
	return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN;
}

function digitAt(bytes: Buffer, at: number): number {
	return (bytes[at] ?? END) - ZERO;
}
