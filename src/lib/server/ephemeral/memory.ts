import { isOvertaken, openWindow, pressHere, type HereWindow } from '$lib/meeting';
import { EPHEMERAL_TTL_MS, type Ephemeral, type Trace } from './ephemeral';

export interface MemoryOptions {
	readonly now: () => number;
	/** Beyond so many meetings the one that began first is let go: memory has an end. */
	readonly meetingsMax?: number;
	readonly sweepEveryMs?: number;
}

interface Remembered {
	readonly traces: Map<string, Writable<Trace>>;
	window: HereWindow | null;
	forgetAtMs: number;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

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
		meetings.delete(meetingId);
		return null;
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
		dropOldest(meetings, meetingsMax);
		return meeting;
	}

	/** The trace to write into. It is this memory's own: who reads gets a copy. */
	function trace(meetingId: string, personId: string): Writable<Trace> | null {
		const meeting = touch(meetingId);
		if (meeting === null) return null;
		const known = meeting.traces.get(personId);
		if (known !== undefined) return known;
		const fresh = { fix: null, sharing: null, routeMode: null, presence: null };
		meeting.traces.set(personId, fresh);
		return fresh;
	}

	function recalled(meetingId: string): ReadonlyMap<string, Trace> {
		const traces = recall(meetingId)?.traces ?? new Map<string, Trace>();
		return new Map(
			[...traces].map(([personId, own]) => [personId, withoutOldFix({ ...own }, now())]),
		);
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
			const own = trace(meetingId, personId);
			if (own) own.fix = fix;
		},
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
		drop: (meetingId) => void meetings.delete(meetingId),
		async forget(meetingId) {
			meetings.delete(meetingId);
			gone.delete(meetingId);
			gone.set(meetingId, now() + EPHEMERAL_TTL_MS);
			dropOldest(gone, meetingsMax);
		},
		async forgetPerson(meetingId, personId) {
			const meeting = recall(meetingId);
			meeting?.traces.delete(personId);
			if (meeting) meeting.window = null;
		},
		isUp: () => true,
		async close() {
			clearInterval(timer);
			meetings.clear();
			gone.clear();
		},
	};
}

/** Others keep a meeting alive by their own words: the fix of somebody silent goes by its own age. */
export function withoutOldFix(trace: Trace, nowMs: number): Trace {
	if (trace.fix === null) return trace;
	const isOld = nowMs - Date.parse(trace.fix.server_time) >= EPHEMERAL_TTL_MS;
	return isOld ? { ...trace, fix: null } : trace;
}

function dropOldest(map: Map<string, unknown>, max: number): void {
	for (const key of map.keys()) {
		if (map.size <= max) return;
		map.delete(key);
	}
}
