import type { Meeting, MeetingEvent, MeetingRefusal, Person, Place } from '$lib/meeting';
import type { Result } from '$lib/result';
import type { Invite } from './invites';

/** A meeting and who is in it, in the order of `meeting.participantIds`. */
export interface MeetingView {
	readonly meeting: Meeting;
	readonly people: readonly Person[];
}

export interface StartMeeting {
	readonly creatorId: string;
	readonly durationMin?: number;
	readonly destination?: Place | null;
}

export interface Meetings {
	/** A PENDING meeting with its creator seated, and its first invite. */
	start(wish: StartMeeting): Promise<{ readonly meeting: Meeting; readonly invite: Invite }>;
	/** One query; null where there is none. */
	find(meetingId: string): Promise<MeetingView | null>;
	/** The person's meetings that are not over, newest first. */
	activeOf(personId: string): Promise<readonly MeetingView[]>;
	/**
	 * Lock, `transition`, save, audit, all in one transaction; after the commit the meeting's channel
	 * hears of it, and an ended meeting's traces are forgotten. Racing callers: one winner.
	 */
	change(
		meetingId: string,
		event: MeetingEvent,
	): Promise<Result<Meeting, MeetingRefusal | 'NOT_FOUND'>>;
	/** Ends what is past its end time, telling its sockets. Returns how many it ended. */
	endOverdue(): Promise<number>;
}
