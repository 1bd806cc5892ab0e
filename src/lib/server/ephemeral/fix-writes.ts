import type { SharedFix } from '$lib/protocol';
import type { FixKeeper } from './ephemeral';

/** Between two writes of one person's fix to Redis. Others hear every fix by the bus, not from there. */
export const FIX_WRITE_MS = 1_000;
/** One timer for everybody: it comes round in steps, and whoever was written rests for all but one of them. */
const STEPS = 20;
const STEP_MS = FIX_WRITE_MS / STEPS;

/** At most one write per person per second: the first at once, the newest of the rest after it. */
export interface FixWrites {
	/** That there is a new fix of the person. The hot path, for whoever keeps what it answered the last time. */
	note(meetingId: string, personId: string, keeper: FixKeeper, before: FixWrite | null): FixWrite;
	/** Fixes not written yet, by person. */
	waiting(meetingId: string): ReadonlyMap<string, SharedFix>;
	/** Writes what waits now, of one meeting or of all. */
	flush(meetingId?: string): void;
	/** Of the whole meeting, or of one person in it. */
	forget(meetingId: string, personId?: string): void;
	close(): void;
}

/** One person of whom a fix was written less than a second ago. */
export interface FixWrite {
	readonly meetingId: string;
	readonly personId: string;
	/** Who has the next one, if there is one. */
	next: FixKeeper | null;
	isResting: boolean;
}

export function createFixWrites(
	write: (meetingId: string, personId: string, fix: SharedFix) => void,
): FixWrites {
	const resting = new Map<string, Map<string, FixWrite>>();
	const ring = Array.from({ length: STEPS + 1 }, () => new Set<FixWrite>());
	let step = 0;
	let timer: NodeJS.Timeout | null = null;

	function rest(one: FixWrite): void {
		ring[step]?.add(one);
		timer ??= setInterval(turn, STEP_MS).unref();
	}

	function turn(): void {
		step = (step + 1) % ring.length;
		const due = [...(ring[step] ?? [])];
		ring[step]?.clear();
		for (const one of due) {
			if (!one.isResting) continue;
			if (writeNext(one)) rest(one);
			else remove(one);
		}
		if (resting.size === 0) stop();
	}

	/** Whether there was one. */
	function writeNext(one: FixWrite): boolean {
		const fix = one.next?.latest() ?? null;
		one.next = null;
		if (fix !== null) write(one.meetingId, one.personId, fix);
		return fix !== null;
	}

	function remove(one: FixWrite): void {
		one.isResting = false;
		one.next = null;
		const people = resting.get(one.meetingId);
		people?.delete(one.personId);
		if (people?.size === 0) resting.delete(one.meetingId);
	}

	function stop(): void {
		if (timer !== null) clearInterval(timer);
		timer = null;
		for (const set of ring) set.clear();
	}

	function of(meetingId: string): FixWrite[] {
		return [...(resting.get(meetingId)?.values() ?? [])];
	}

	return {
		note(meetingId, personId, keeper, before) {
			const known = before?.isResting ? before : resting.get(meetingId)?.get(personId);
			if (known) {
				known.next = keeper;
				return known;
			}
			const one: FixWrite = { meetingId, personId, next: keeper, isResting: true };
			const people = resting.get(meetingId) ?? new Map<string, FixWrite>();
			resting.set(meetingId, people.set(personId, one));
			writeNext(one);
			rest(one);
			return one;
		},
		waiting(meetingId) {
			const fixes = new Map<string, SharedFix>();
			for (const { personId, next } of of(meetingId)) {
				const fix = next?.latest();
				if (fix) fixes.set(personId, fix);
			}
			return fixes;
		},
		flush(only) {
			const all = only === undefined ? [...resting.keys()].flatMap(of) : of(only);
			for (const one of all) {
				writeNext(one);
				remove(one);
			}
			if (resting.size === 0) stop();
		},
		forget(meetingId, personId) {
			for (const one of of(meetingId))
				if (personId === undefined || one.personId === personId) remove(one);
			if (resting.size === 0) stop();
		},
		close() {
			stop();
			resting.clear();
		},
	};
}
