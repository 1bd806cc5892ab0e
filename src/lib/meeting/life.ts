import { done, refuse, type Result } from '$lib/result';
import { MEETING_LIMITS, RULED_END_REASONS, type Meeting, type Place } from './meeting';

/** What can happen to a meeting. Time and ids come from outside. */
export type MeetingEvent =
	/** An invite seats somebody. */
	| { readonly type: 'join'; readonly by: string; readonly atMs: number }
	/** Somebody leaves; the reason is his own words or USER_ACTION. */
	| { readonly type: 'end'; readonly by: string; readonly reason: string; readonly atMs: number }
	/** Everybody confirmed inside one window (rules M10 ff). */
	| { readonly type: 'meet'; readonly byHand: boolean; readonly atMs: number }
	/** The creator takes another person's seat away. */
	| {
			readonly type: 'remove';
			readonly by: string;
			readonly personId: string;
			readonly atMs: number;
	  }
	| { readonly type: 'block'; readonly by: string; readonly atMs: number }
	/** The clock passed the end time. */
	| { readonly type: 'expire'; readonly atMs: number }
	| {
			readonly type: 'extend';
			readonly by: string;
			readonly minutes: number;
			readonly atMs: number;
	  }
	| {
			readonly type: 'set_destination';
			readonly by: string;
			readonly destination: Place | null;
			readonly atMs: number;
	  };
export type MeetingEventType = MeetingEvent['type'];

export const MEETING_REFUSALS = [
	'MEETING_ENDED',
	'NOT_A_PARTICIPANT',
	'MEETING_FULL',
	'NOT_ACTIVE',
	'NOT_DUE',
	'TOO_LONG',
	'NOT_THE_CREATOR',
] as const;
export type MeetingRefusal = (typeof MEETING_REFUSALS)[number];

/** The one judge of every change: the meeting after the event, or why not. See SPEC.md. */
export function transition(meeting: Meeting, event: MeetingEvent): Result<Meeting, MeetingRefusal> {
	// The outsider first: he may not even learn that it has ended.
	if ('by' in event && event.type !== 'join' && !isParticipant(meeting, event.by))
		return refuse('NOT_A_PARTICIPANT');
	if (meeting.status === 'ENDED') return refuse('MEETING_ENDED');
	switch (event.type) {
		case 'join':
			return join(meeting, event.by, event.atMs);
		case 'end':
			return done(ended(meeting, claimedReason(event.reason), event.atMs));
		case 'remove':
			return remove(meeting, event);
		case 'block':
			return done(ended(meeting, 'BLOCKED', event.atMs));
		case 'meet':
			if (meeting.status !== 'ACTIVE') return refuse('NOT_ACTIVE');
			if (isOver(meeting, event.atMs)) return refuse('MEETING_ENDED');
			return done(
				ended(meeting, event.byHand ? 'MANUAL_CONFIRM' : 'PROXIMITY_REACHED', event.atMs),
			);
		case 'expire':
			if (!isOver(meeting, event.atMs)) return refuse('NOT_DUE');
			return done(ended(meeting, 'EXPIRED', event.atMs));
		case 'extend':
			return extend(meeting, event.minutes, event.atMs);
		case 'set_destination':
			return done({ ...meeting, destination: event.destination });
	}
}

/** Events a person in the meeting may cause by himself. The page draws its buttons from this list. */
export function allowedEvents(
	meeting: Meeting,
	personId: string,
	nowMs: number,
): ReadonlySet<MeetingEventType> {
	const tries: MeetingEvent[] = [
		{ type: 'join', by: personId, atMs: nowMs },
		{ type: 'end', by: personId, reason: 'USER_ACTION', atMs: nowMs },
		{ type: 'block', by: personId, atMs: nowMs },
		{ type: 'extend', by: personId, minutes: 1, atMs: nowMs },
		{ type: 'set_destination', by: personId, destination: null, atMs: nowMs },
		...meeting.participantIds.map((otherId) => ({
			type: 'remove' as const,
			by: personId,
			personId: otherId,
			atMs: nowMs,
		})),
	];
	return new Set(tries.filter((event) => transition(meeting, event).ok).map(({ type }) => type));
}

export function isParticipant(meeting: Meeting, personId: string): boolean {
	return meeting.participantIds.includes(personId);
}

/** Whether the end time has passed, whatever the status says until the worker comes by. */
export function isOver(meeting: Pick<Meeting, 'status' | 'expiresAtMs'>, nowMs: number): boolean {
	return meeting.status === 'ENDED' || nowMs >= meeting.expiresAtMs;
}

/** The latest end time this meeting may be given, in milliseconds since 1970. */
export function latestEndMs(meeting: Pick<Meeting, 'createdAtMs'>): number {
	return meeting.createdAtMs + MEETING_LIMITS.durationMaxMin * 60_000;
}

function join(meeting: Meeting, by: string, atMs: number): Result<Meeting, MeetingRefusal> {
	if (isOver(meeting, atMs)) return refuse('MEETING_ENDED');
	if (isParticipant(meeting, by)) return done(meeting);
	if (meeting.participantIds.length >= MEETING_LIMITS.seats) return refuse('MEETING_FULL');
	return done({
		...meeting,
		status: 'ACTIVE',
		participantIds: [...meeting.participantIds, by],
	});
}

/** The seat is free again, and a meeting with nobody else in it waits as before (rule M9). */
function remove(
	meeting: Meeting,
	{ by, personId, atMs }: Extract<MeetingEvent, { type: 'remove' }>,
): Result<Meeting, MeetingRefusal> {
	if (isOver(meeting, atMs)) return refuse('MEETING_ENDED');
	if (by !== meeting.createdBy) return refuse('NOT_THE_CREATOR');
	if (personId === by || !isParticipant(meeting, personId)) return refuse('NOT_A_PARTICIPANT');
	const participantIds = meeting.participantIds.filter((id) => id !== personId);
	return done({
		...meeting,
		status: participantIds.length > 1 ? 'ACTIVE' : 'PENDING',
		participantIds,
	});
}

function extend(meeting: Meeting, minutes: number, atMs: number): Result<Meeting, MeetingRefusal> {
	if (isOver(meeting, atMs)) return refuse('MEETING_ENDED');
	const wanted = meeting.expiresAtMs + minutes * 60_000;
	const latest = latestEndMs(meeting);
	if (!(minutes > 0) || meeting.expiresAtMs >= latest) return refuse('TOO_LONG');
	return done({ ...meeting, expiresAtMs: Math.min(wanted, latest) });
}

function ended(meeting: Meeting, endReason: string, endedAtMs: number): Meeting {
	return { ...meeting, status: 'ENDED', endReason, endedAtMs };
}

/** A client's own short words are kept, but what only the rules may say becomes USER_ACTION. */
function claimedReason(reason: string): string {
	const words = reason.trim();
	const ruled = RULED_END_REASONS.some((ruledReason) => ruledReason === words.toUpperCase());
	return words === '' || ruled || words.length > MEETING_LIMITS.endReasonMax
		? 'USER_ACTION'
		: words;
}
