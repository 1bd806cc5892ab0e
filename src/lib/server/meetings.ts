import { MEETING_LIMITS, transition } from '$lib/meeting';
import type {
	Meeting,
	MeetingEvent,
	MeetingRefusal,
	Person,
	Place,
	PublicPerson,
} from '$lib/meeting';
import { isId } from '$lib/protocol';
import { done, refuse, type Result } from '$lib/result';
import type { Bus } from './bus/bus';
import type { Db, Tx } from './db';
import { writeAudit } from './db/audit';
import type { AuditAction } from './db/audit-actions';
import { befriendAll } from './db/friendships';
import { insertInvite, revokeUnspent } from './db/invites';
import {
	findMeeting,
	findMeetings,
	insertMeeting,
	lockMeeting,
	overdueMeetingIds,
	runningMeetingsOf,
	saveMeeting,
} from './db/meetings';
import { findPerson } from './db/people';
import { findPublicPeople } from './db/public-people';
import type { Ephemeral } from './ephemeral/ephemeral';
import { inviteOf, newInvite, type Invite } from './invites';
import type { Log } from './log';
import { newsOf, tell } from './meeting-news';
import { tellEnded, tellRemoved, tellStarted } from './personal-news';

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
	/** Those of these that there are, by id. One query. */
	findMany(meetingIds: readonly string[]): Promise<ReadonlyMap<string, MeetingView>>;
	/** The person's meetings that are not over, newest first. */
	activeOf(personId: string): Promise<readonly MeetingView[]>;
	/**
	 * Lock, `transition`, save, audit, all in one transaction; after the commit the meeting's channel
	 * hears of it, and the traces of an ended meeting or of a removed person are forgotten. Racing
	 * callers: one winner.
	 */
	change(
		meetingId: string,
		event: MeetingEvent,
	): Promise<Result<Meeting, MeetingRefusal | 'NOT_FOUND'>>;
	/** Ends what is past its end time, telling its sockets. Returns how many it ended. */
	endOverdue(): Promise<number>;
}

export interface MeetingsDeps {
	readonly db: Db;
	readonly bus: Pick<Bus, 'publish'>;
	readonly ephemeral: Pick<Ephemeral, 'forget' | 'forgetPerson'>;
	readonly now: () => number;
	readonly newId: () => string;
	readonly log: Log;
}

/** How many overdue meetings are looked up at a time. */
const BATCH = 100;

export function createMeetings({ db, bus, ephemeral, now, newId, log }: MeetingsDeps): Meetings {
	return {
		async start({ creatorId, durationMin = MEETING_LIMITS.durationDefaultMin, destination }) {
			const atMs = now();
			const meeting: Meeting = {
				id: newId(),
				status: 'PENDING',
				createdBy: creatorId,
				createdAtMs: atMs,
				expiresAtMs: atMs + durationMs(durationMin),
				endedAtMs: null,
				endReason: null,
				destination: destination ?? null,
				participantIds: [creatorId],
			};
			const { row, secret } = newInvite(newId(), meeting, creatorId, atMs);
			const who = { atMs, actorId: creatorId, meetingId: meeting.id };
			await db.transaction(async (tx) => {
				await insertMeeting(tx, meeting);
				await insertInvite(tx, row);
				await writeAudit(
					tx,
					{ ...who, action: 'meeting_started' },
					{ ...who, action: 'invite_created' },
				);
			});
			return { meeting, invite: inviteOf(row, secret, meeting) };
		},

		find: async (meetingId) => (isId(meetingId) ? findMeeting(db, meetingId) : null),

		findMany: (meetingIds) => findMeetings(db, meetingIds.filter(isId)),

		activeOf: async (personId) => (isId(personId) ? runningMeetingsOf(db, personId, now()) : []),

		change,

		async endOverdue() {
			let ended = 0;
			for (;;) {
				const atMs = now();
				const overdue = await overdueMeetingIds(db, atMs, BATCH);
				const before = ended;
				for (const id of overdue) if ((await change(id, { type: 'expire', atMs })).ok) ended++;
				// A full batch that brought nothing is in other hands: the next round looks again.
				if (overdue.length < BATCH || ended === before) return ended;
			}
		},
	};

	async function change(
		meetingId: string,
		event: MeetingEvent,
	): Promise<Result<Meeting, MeetingRefusal | 'NOT_FOUND'>> {
		if (!isId(meetingId)) return refuse('NOT_FOUND');
		const outcome = await db.transaction(async (tx) => {
			// The clock speaks in every instance at once: who comes second has nothing to wait for.
			const before = await lockMeeting(tx, meetingId, { skipLocked: event.type === 'expire' });
			if (!before) return refuse('NOT_FOUND');
			const after = transition(before, event);
			if (!after.ok) return after;
			const changed = after.value !== before;
			if (changed) {
				await saveMeeting(tx, before, after.value, event.atMs);
				await writeAudit(tx, {
					action: ACTIONS[event.type],
					atMs: event.atMs,
					actorId: 'by' in event ? event.by : null,
					meetingId,
				});
				await follow(tx, before, event);
			}
			const hasJoined = changed && event.type === 'join';
			const joined = hasJoined ? await findPerson(tx, event.by) : null;
			const people = hasJoined ? await findPublicPeople(tx, after.value.participantIds) : [];
			return done({ meeting: after.value, changed, joined, people });
		});
		if (!outcome.ok) return outcome;
		// Only after the commit: nobody may hear of a change that is then rolled back.
		const { meeting, changed, joined, people } = outcome.value;
		if (changed) await announce(meeting, event, joined, people);
		return done(meeting);
	}

	/** What belongs to the deed and happens with it or not at all. */
	async function follow(tx: Tx, { id, participantIds }: Meeting, event: MeetingEvent) {
		if (event.type === 'meet') await befriendAll(tx, participantIds, event.atMs);
		if (event.type !== 'remove') return;
		// Whoever was removed may know a link that nobody has used yet.
		if ((await revokeUnspent(tx, id, event.atMs)) > 0)
			await writeAudit(tx, {
				action: 'invites_revoked',
				atMs: event.atMs,
				actorId: event.by,
				meetingId: id,
			});
	}

	async function announce(
		meeting: Meeting,
		event: MeetingEvent,
		joined: Person | null,
		people: readonly PublicPerson[],
	): Promise<void> {
		log.debug({ meetingId: meeting.id, type: event.type }, 'meeting_changed');
		// Begun before anybody hears of it, but not waited for: people come before the cache.
		const forgetting = forget(meeting, event);
		tell(bus, meeting.id, newsOf(meeting, event, joined));
		tellPersonally(meeting, event, people);
		await forgetting;
	}

	/** Every open page of its people, not only those that show the meeting. */
	function tellPersonally(
		meeting: Meeting,
		event: MeetingEvent,
		people: readonly PublicPerson[],
	): void {
		if (meeting.status === 'ENDED') tellEnded(bus, meeting);
		else if (event.type === 'join') tellStarted(bus, meeting, people);
		else if (event.type === 'remove') tellRemoved(bus, meeting.id, event.personId, event.atMs);
	}

	async function forget(meeting: Meeting, event: MeetingEvent): Promise<void> {
		if (meeting.status === 'ENDED') await ephemeral.forget(meeting.id);
		else if (event.type === 'remove') await ephemeral.forgetPerson(meeting.id, event.personId);
	}
}

const ACTIONS: Record<MeetingEvent['type'], AuditAction> = {
	join: 'meeting_joined',
	end: 'meeting_ended',
	meet: 'meeting_ended',
	remove: 'participant_removed',
	block: 'meeting_ended',
	expire: 'meeting_ended',
	extend: 'meeting_extended',
	set_destination: 'destination_set',
};

function durationMs(durationMin: number): number {
	const { durationMinMin: min, durationMaxMin: max } = MEETING_LIMITS;
	if (!(durationMin >= min && durationMin <= max))
		throw new RangeError(`a meeting lasts from ${min} to ${max} minutes`);
	return durationMin * 60_000;
}
