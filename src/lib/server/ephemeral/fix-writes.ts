import type { SharedFix } from '$lib/protocol';

/** Between two writes of one person's fix to Redis. Others hear every fix by the bus, not from there. */
export const FIX_WRITE_MS = 1_000;

/** At most one write per person per second: the first at once, the newest of the rest after it. */
export interface FixWrites {
	keep(meetingId: string, personId: string, fix: SharedFix): void;
	/** Fixes not written yet, by person. */
	waiting(meetingId: string): ReadonlyMap<string, SharedFix>;
	/** Writes what waits now, of one meeting or of all. */
	flush(meetingId?: string): void;
	/** Of the whole meeting, or of one person in it. */
	forget(meetingId: string, personId?: string): void;
}

interface Pause {
	next: SharedFix | null;
	readonly timer: NodeJS.Timeout;
}

export function createFixWrites(
	write: (meetingId: string, personId: string, fix: SharedFix) => void,
): FixWrites {
	/** People of whom a fix was written less than a second ago. */
	const pauses = new Map<string, Map<string, Pause>>();

	function writeAndPause(meetingId: string, personId: string, fix: SharedFix): void {
		write(meetingId, personId, fix);
		const timer = setTimeout(() => resume(meetingId, personId), FIX_WRITE_MS).unref();
		const people = pauses.get(meetingId) ?? new Map<string, Pause>();
		pauses.set(meetingId, people.set(personId, { next: null, timer }));
	}

	function resume(meetingId: string, personId: string): void {
		const people = pauses.get(meetingId);
		const next = people?.get(personId)?.next;
		people?.delete(personId);
		if (people?.size === 0) pauses.delete(meetingId);
		if (next) writeAndPause(meetingId, personId, next);
	}

	return {
		keep(meetingId, personId, fix) {
			const pause = pauses.get(meetingId)?.get(personId);
			if (pause) pause.next = fix;
			else writeAndPause(meetingId, personId, fix);
		},
		waiting(meetingId) {
			const fixes = new Map<string, SharedFix>();
			for (const [personId, { next }] of pauses.get(meetingId) ?? [])
				if (next) fixes.set(personId, next);
			return fixes;
		},
		flush(only) {
			const ids = only === undefined ? [...pauses.keys()] : [only];
			for (const meetingId of ids) {
				for (const [personId, { next, timer }] of pauses.get(meetingId) ?? []) {
					clearTimeout(timer);
					if (next) write(meetingId, personId, next);
				}
				pauses.delete(meetingId);
			}
		},
		forget(meetingId, personId) {
			const people = pauses.get(meetingId);
			if (people === undefined) return;
			const ids = personId === undefined ? [...people.keys()] : [personId];
			for (const id of ids) {
				clearTimeout(people.get(id)?.timer);
				people.delete(id);
			}
			if (people.size === 0) pauses.delete(meetingId);
		},
	};
}
