import type { LogFields, Write } from './log';

export const SELDOM_MS = 10_000;

/**
 * For what may happen thousands of times in a row, as every attempt while the database is away: the first
 * one is written at once, then one every ten seconds at most, with the count of those it stands for.
 */
export function writeSeldom(write: Write, now: () => number): Write {
	const pauses = new Map<string, { readonly sinceMs: number; leftOut: number }>();
	return (fields: LogFields | string, event?: string) => {
		const name = event ?? (typeof fields === 'string' ? fields : '');
		const pause = pauses.get(name);
		if (pause !== undefined && now() - pause.sinceMs < SELDOM_MS) {
			pause.leftOut++;
			return;
		}
		pauses.set(name, { sinceMs: now(), leftOut: 0 });
		const said = typeof fields === 'string' ? {} : fields;
		write({ ...said, ...(pause && pause.leftOut > 0 && { count: pause.leftOut }) }, name);
	};
}
