import { m } from '$lib/paraglide/messages';

/** Numbers, distances and times as people read them. The locale always comes from outside. */

export interface DistanceParts {
	readonly value: string;
	readonly unit: string;
	/** Both together, for sentences and screen readers. */
	readonly text: string;
}

/**
 * Rounded to what a phone can know: metres when close, tens when not, tenths of a kilometre and then
 * whole ones. Steps are coarser than the noise, so that the figure rests while two people stand still.
 */
export function distanceParts(distanceM: number, locale: string): DistanceParts {
	const metres = roundedM(Math.max(0, distanceM));
	if (metres < 1000) return measured(metres, 'meter', 0, locale);
	const km = metres / 1000;
	return measured(km, 'kilometer', km < 10 ? 1 : 0, locale);
}

export function distanceText(distanceM: number, locale: string): string {
	return distanceParts(distanceM, locale).text;
}

/** "± 12 m": how far the person may be from the dot. */
export function accuracyText(accuracyM: number, locale: string): string {
	return m.accuracy({ distance: distanceText(Math.ceil(accuracyM), locale) });
}

/** "just now", "4 s ago", "2 min ago", "3 h ago". */
export function ageText(ageMs: number, locale: string): string {
	const seconds = Math.floor(ageMs / 1000);
	if (seconds < 2) return m.age_now();
	if (seconds < 60) return m.age_seconds({ count: whole(seconds, locale) });
	const minutes = Math.floor(seconds / 60);
	if (minutes < 60) return m.age_minutes({ count: whole(minutes, locale) });
	return m.age_hours({ count: whole(Math.floor(minutes / 60), locale) });
}

/** What is left, rounded up, so that it never says 0 while there is something: "54 s", "12 min", "1 h 5 min". */
export function leftText(leftMs: number, locale: string): string {
	const seconds = Math.ceil(Math.max(0, leftMs) / 1000);
	if (seconds < 60) return m.left_seconds({ count: whole(seconds, locale) });
	const minutes = Math.ceil(seconds / 60);
	if (minutes < 60) return m.left_minutes({ count: whole(minutes, locale) });
	const hours = whole(Math.floor(minutes / 60), locale);
	if (minutes % 60 === 0) return m.left_hours({ hours });
	return m.left_hours_minutes({ hours, minutes: whole(minutes % 60, locale) });
}

/** A countdown of about a minute, in seconds to the end: "60 s", "54 s". */
export function secondsText(leftMs: number, locale: string): string {
	return m.left_seconds({ count: whole(Math.ceil(Math.max(0, leftMs) / 1000), locale) });
}

/** "18:00" or "6:00 PM", as the locale has it. `timeZone` is the viewer's own unless a test names one. */
export function clockText(atMs: number, locale: string, timeZone?: string): string {
	return new Intl.DateTimeFormat(locale, {
		hour: 'numeric',
		minute: '2-digit',
		timeZone,
	}).format(atMs);
}

/** With the day in front where that is not today: "23 Nov, 18:00". */
export function momentText(atMs: number, nowMs: number, locale: string, timeZone?: string): string {
	const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone });
	const clock = clockText(atMs, locale, timeZone);
	const date = day.format(atMs);
	return date === day.format(nowMs) ? clock : `${date}, ${clock}`;
}

/**
 * The viewer's own flavour of the language the page speaks (en-GB writes 18:00, en-US 6:00 PM), or
 * that language itself where he prefers another.
 */
export function viewerLocale(pageLocale: string, preferred: readonly string[]): string {
	const language = languageOf(pageLocale);
	return preferred.find((locale) => languageOf(locale) === language) ?? pageLocale;
}

/** What a person's mark carries: the first letter or emoji of the name, whole. */
export function initialOf(name: string, locale: string): string {
	const [first] = new Intl.Segmenter(locale, { granularity: 'grapheme' }).segment(name.trim());
	return first ? first.segment.toLocaleUpperCase(locale) : '•';
}

function languageOf(locale: string): string {
	return (locale.split('-')[0] ?? locale).toLowerCase();
}

function roundedM(metres: number): number {
	return Math.round(metres / stepM(metres)) * stepM(metres);
}

function stepM(metres: number): number {
	if (metres < 100) return 1;
	if (metres < 200) return 5;
	if (metres < 1000) return 10;
	return metres < 9_950 ? 100 : 1000;
}

function measured(
	value: number,
	unit: 'meter' | 'kilometer',
	decimals: number,
	locale: string,
): DistanceParts {
	const format = new Intl.NumberFormat(locale, {
		style: 'unit',
		unit,
		unitDisplay: 'short',
		minimumFractionDigits: decimals,
		maximumFractionDigits: decimals,
	});
	const parts = format.formatToParts(value);
	const join = (isUnit: boolean) =>
		parts
			.filter(({ type }) => type !== 'literal' && (type === 'unit') === isUnit)
			.map((part) => part.value)
			.join('');
	return { value: join(false), unit: join(true), text: format.format(value) };
}

function whole(count: number, locale: string): string {
	return new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }).format(count);
}
