import type { HereWindow, Press, RouteMode, Sharing } from '$lib/meeting';
import type { SharedFix } from '$lib/protocol';
import type { FixFields } from '$lib/protocol/fix-fields';

/** What is remembered of one person in one meeting, only as long as it lasts. */
export interface Trace {
	readonly fix: SharedFix | null;
	readonly sharing: Sharing | null;
	readonly routeMode: RouteMode | null;
	readonly presence: PresenceTrace | null;
}

export interface PresenceTrace {
	/** The socket that stands for the person: the newest one. Null when it is gone. */
	readonly connectionId: string | null;
	/** The server it is connected to, whose death ends it. */
	readonly instanceId: string | null;
	readonly lastSeenAtMs: number;
}

/** Keeps one person's fixes in one meeting: what is looked up is looked up once, for the hot path. */
export interface FixKeeper {
	keep(fix: FixFields, receivedAtMs: number): void;
	/** The last one kept by this keeper. */
	latest(): SharedFix | null;
}

/**
 * What must be forgotten: last fixes, sharing, presence, "I'm here" windows. In memory or in Redis,
 * everything with a TTL, nothing on disk. The `keep…` calls never throw and never wait: losing one
 * costs a rejoining person a few seconds, waiting for one would cost everybody.
 */
export interface Ephemeral {
	keepFix(meetingId: string, personId: string, fix: SharedFix): void;
	fixKeeper(meetingId: string, personId: string): FixKeeper;
	/** What was said earlier than what stands changes nothing: a heartbeat may come late. */
	keepSharing(meetingId: string, personId: string, sharing: Sharing): void;
	keepRouteMode(meetingId: string, personId: string, mode: RouteMode): void;
	keepPresence(meetingId: string, personId: string, presence: PresenceTrace): void;
	/** By person id. Empty where nothing is known, also while Redis is away. */
	traces(meetingId: string): Promise<ReadonlyMap<string, Trace>>;
	/** Presses and returns the window after it (rules M15–M16); two instances can't both open one. */
	pressHere(meetingId: string, personId: string, press: Press, nowMs: number): Promise<HereWindow>;
	hereWindow(meetingId: string, nowMs: number): Promise<HereWindow | null>;
	closeHere(meetingId: string): Promise<void>;
	/** The person is not connected here any more: what was not written of him yet is written now. */
	flush(meetingId: string, personId: string): void;
	/**
	 * Nobody of the meeting is connected here any more: what others can read elsewhere needs no copy in
	 * this process, which would not hear of the meeting's end.
	 */
	letGo(meetingId: string): void;
	/** Everything of the meeting, at once. A late `keep…` of an ended meeting is not taken any more. */
	forget(meetingId: string): Promise<void>;
	/**
	 * Everything of one person, as when his seat is taken away, and the open window: who pressed meant
	 * the people who were there.
	 */
	forgetPerson(meetingId: string, personId: string): Promise<void>;
	isUp(): boolean;
	close(): Promise<void>;
}

/** Nothing here outlives the last word of a meeting by more than this. */
export const EPHEMERAL_TTL_MS = 10 * 60_000;
