import { isOvertaken, openWindow, pressHere, type HereWindow } from '$lib/meeting';
import type { SharedFix } from '$lib/protocol';
import { fieldsFromWire, type FixFields } from '$lib/protocol/fix-fields';
import { EPHEMERAL_TTL_MS, type Ephemeral, type FixKeeper, type Trace } from './ephemeral';
import { LatestFix } from './latest-fix';

export interface MemoryOptions {
	readonly now: () => number;
	/** Beyond so many meetings the one that began first is let go: memory has an end. */
	readonly meetingsMax?: number;
	readonly sweepEveryMs?: number;
}

interface Remembered {
	readonly traces: Map<string, OwnTrace>;
	window: HereWindow | null;
	/** 0 once it is forgotten: whoever still holds it must look for another one. */
	forgetAtMs: number;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

interface OwnTrace extends Writable<Omit<Trace, 'fix'>> {
	fix: LatestFix | null;
	readonly meeting: Remembered;
	/** Not any more after the person was forgotten. */
	isKept: boolean;
}

/** The hot path: it looks for its trace only where it has none, or no longer. */
class MemoryFixKeeper implements FixKeeper {
	readonly #latest = new LatestFix();
	#trace: OwnTrace | null = null;

	constructor(
		private readonly find: () => OwnTrace | null,
		private readonly now: () => number,
	) {}

	keep(fix: FixFields, receivedAtMs: number): void {
		const nowMs = this.now();
		const known = this.#trace;
		if (known !== null && known.isKept && nowMs < known.meeting.forgetAtMs)
			known.meeting.forgetAtMs = nowMs + EPHEMERAL_TTL_MS;
		else this.#trace = this.find();
		this.#latest.set(fix, receivedAtMs);
		if (this.#trace !== null) this.#trace.fix = this.#latest;
	}

	latest(): SharedFix | null {
		return this.#latest.shared();
	}
}

export interface MemoryEphemeral extends Ephemeral {
	/** `traces`, without waiting. */
	recalled(meetingId: string): ReadonlyMap<string, Trace>;
	meetingIds(): string[];
	/** How long what is remembered of it still may be. */
	leftMs(meetingId: string): number;
	/** As if nothing had ever been said of the meeting. */
	drop(meetingId: string): void;
}

export function createMemoryEphemeral({
	now,
	meetingsMax = 100_000,
	sweepEveryMs = 60_000,
}: MemoryOptions): MemoryEphemeral {
	const meetings = new Map<string, Remembered>();
	/** Meetings that ended, until when nothing more is taken of them. Oldest first. */
	const gone = new Map<string, number>();
	const timer = setInterval(sweep, sweepEveryMs).unref();

	/** What is remembered and still may be. */
	function recall(meetingId: string): Remembered | null {
		const meeting = meetings.get(meetingId);
		if (meeting === undefined) return null;
		if (now() < meeting.forgetAtMs) return meeting;
		drop(meetingId);
		return null;
	}

	function drop(meetingId: string): void {
		const meeting = meetings.get(meetingId);
		if (meeting) meeting.forgetAtMs = 0;
		meetings.delete(meetingId);
	}

	function dropOldest(): void {
		for (const meetingId of meetings.keys()) {
			if (meetings.size <= meetingsMax) return;
			drop(meetingId);
		}
	}

	/** The meeting to write into, its time prolonged; null once it is gone. */
	function touch(meetingId: string): Remembered | null {
		if (isGone(meetingId)) return null;
		const forgetAtMs = now() + EPHEMERAL_TTL_MS;
		const known = recall(meetingId);
		if (known) {
			known.forgetAtMs = forgetAtMs;
			return known;
		}
		const meeting: Remembered = { traces: new Map(), window: null, forgetAtMs };
		meetings.set(meetingId, meeting);
		dropOldest();
		return meeting;
	}

	/** The trace to write into. It is this memory's own: who reads gets a copy. */
	function trace(meetingId: string, personId: string): OwnTrace | null {
		const meeting = touch(meetingId);
		if (meeting === null) return null;
		const known = meeting.traces.get(personId);
		if (known !== undefined) return known;
		const nothing = { fix: null, sharing: null, routeMode: null, presence: null };
		const fresh: OwnTrace = { ...nothing, meeting, isKept: true };
		meeting.traces.set(personId, fresh);
		return fresh;
	}

	function fixKeeper(meetingId: string, personId: string): FixKeeper {
		return new MemoryFixKeeper(() => trace(meetingId, personId), now);
	}

	function recalled(meetingId: string): ReadonlyMap<string, Trace> {
		const traces = recall(meetingId)?.traces ?? new Map<string, OwnTrace>();
		return new Map([...traces].map(([personId, own]) => [personId, copyOf(own, now())]));
	}

	function isGone(meetingId: string): boolean {
		const untilMs = gone.get(meetingId);
		return untilMs !== undefined && now() < untilMs;
	}

	function sweep(): void {
		for (const meetingId of meetings.keys()) recall(meetingId);
		for (const meetingId of gone.keys()) if (!isGone(meetingId)) gone.delete(meetingId);
	}

	return {
		keepFix(meetingId, personId, fix) {
			fixKeeper(meetingId, personId).keep(fieldsFromWire(fix), Date.parse(fix.server_time));
		},
		fixKeeper,
		keepSharing(meetingId, personId, sharing) {
			const own = trace(meetingId, personId);
			if (own && !isOvertaken(sharing, own.sharing)) own.sharing = sharing;
		},
		keepRouteMode(meetingId, personId, routeMode) {
			const own = trace(meetingId, personId);
			if (own) own.routeMode = routeMode;
		},
		keepPresence(meetingId, personId, presence) {
			const own = trace(meetingId, personId);
			if (own) own.presence = presence;
		},
		traces: async (meetingId) => recalled(meetingId),
		recalled,
		meetingIds: () => [...meetings.keys()],
		leftMs: (meetingId) => (recall(meetingId)?.forgetAtMs ?? 0) - now(),
		async pressHere(meetingId, personId, press, nowMs) {
			const meeting = touch(meetingId);
			const window = pressHere(meeting?.window ?? null, personId, press, nowMs);
			if (meeting) meeting.window = window;
			return window;
		},
		async hereWindow(meetingId, nowMs) {
			return openWindow(recall(meetingId)?.window ?? null, nowMs);
		},
		async closeHere(meetingId) {
			const meeting = recall(meetingId);
			if (meeting) meeting.window = null;
		},
		// This memory is the only one.
		flush() {},
		letGo() {},
		drop,
		async forget(meetingId) {
			drop(meetingId);
			gone.delete(meetingId);
			gone.set(meetingId, now() + EPHEMERAL_TTL_MS);
			const [oldest] = gone.keys();
			if (gone.size > meetingsMax && oldest !== undefined) gone.delete(oldest);
		},
		async forgetPerson(meetingId, personId) {
			const meeting = recall(meetingId);
			if (meeting === null) return;
			meeting.window = null;
			const own = meeting.traces.get(personId);
			if (own) own.isKept = false;
			meeting.traces.delete(personId);
		},
		isUp: () => true,
		async close() {
			clearInterval(timer);
			meetings.clear();
			gone.clear();
		},
	};
}

function copyOf({ fix, sharing, routeMode, presence }: OwnTrace, nowMs: number): Trace {
	return withoutOldFix({ fix: fix?.shared() ?? null, sharing, routeMode, presence }, nowMs);
}

/** Others keep a meeting alive by their own words: the fix of somebody silent goes by its own age. */
export function withoutOldFix(trace: Trace, nowMs: number): Trace {
	if (trace.fix === null) return trace;
	const isOld = nowMs - Date.parse(trace.fix.server_time) >= EPHEMERAL_TTL_MS;
	return isOld ? { ...trace, fix: null } : trace;
}
