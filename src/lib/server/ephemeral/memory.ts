import { openWindow, pressHere, type HereWindow } from '$lib/meeting';
import { EPHEMERAL_TTL_MS, type Ephemeral, type Trace } from './ephemeral';

export interface MemoryOptions {
	readonly now: () => number;
	/** Beyond so many meetings the one that began first is let go: memory has an end. */
	readonly meetingsMax?: number;
	readonly sweepEveryMs?: number;
}

interface Remembered {
	readonly traces: Map<string, Trace>;
	window: HereWindow | null;
	forgetAtMs: number;
}

const NOTHING: Trace = { fix: null, sharing: null, routeMode: null, presence: null };

export function createMemoryEphemeral({
	now,
	meetingsMax = 100_000,
	sweepEveryMs = 60_000,
}: MemoryOptions): Ephemeral {
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

	function keep(meetingId: string, personId: string, part: Partial<Trace>): void {
		const meeting = touch(meetingId);
		meeting?.traces.set(personId, { ...NOTHING, ...meeting.traces.get(personId), ...part });
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
		keepFix: (meetingId, personId, fix) => keep(meetingId, personId, { fix }),
		keepSharing: (meetingId, personId, sharing) => keep(meetingId, personId, { sharing }),
		keepRouteMode: (meetingId, personId, routeMode) => keep(meetingId, personId, { routeMode }),
		keepPresence: (meetingId, personId, presence) => keep(meetingId, personId, { presence }),
		async traces(meetingId) {
			const traces = recall(meetingId)?.traces ?? new Map<string, Trace>();
			return new Map(
				[...traces].map(([personId, trace]) => [personId, withoutOldFix(trace, now())]),
			);
		},
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
