import {
	isOver,
	isParticipant,
	MEETING_LIMITS,
	transition,
	type Meeting,
	type MeetingEvent,
	type Person,
	type PublicPerson,
} from '$lib/meeting';
import { isId } from '$lib/protocol';
import { done, refuse, type Result } from '$lib/result';
import type { Bus } from './bus/bus';
import type { Db, Tx } from './db';
import { writeAudit } from './db/audit';
import { isBlocked, lockPair } from './db/blocks';
import {
	findInvite,
	findInviteById,
	insertInvite,
	lockInvite,
	markRedeemed,
	markRevoked,
	revokeUnspent,
	type InviteRow,
} from './db/invites';
import { findMeeting, lockMeeting, saveMeeting } from './db/meetings';
import { findPerson } from './db/people';
import { findPublicPeople } from './db/public-people';
import { hashSecret, looksLikeSecret, newSecret } from './db/secrets';
import type { MeetingView } from './meetings';
import { newsOf, tell } from './meeting-news';
import { tellStarted } from './personal-news';
import type { Push } from './push';

/** A fresh invite, with its secret: the only moment it is known in the clear. */
export interface Invite {
	readonly id: string;
	/** 256 random bits, base64url. The database keeps its SHA-256 only. */
	readonly secret: string;
	readonly expiresAtMs: number;
}

export type InviteRefusal =
	| 'INVITE_UNKNOWN'
	| 'INVITE_EXPIRED'
	| 'INVITE_SPENT'
	| 'INVITE_REVOKED'
	| 'MEETING_ENDED'
	| 'MEETING_FULL';

export interface InvitePreviewView {
	readonly invitedBy: string;
	readonly inviteExpiresAtMs: number;
	readonly view: MeetingView;
}

export interface Invites {
	/** Spends nothing. */
	preview(secret: string): Promise<Result<InvitePreviewView, InviteRefusal>>;
	/**
	 * Seats the person and marks the invite spent, in one transaction: of racing callers one wins. The
	 * same person again gets the same meeting again; the creator with his own link simply returns to it.
	 */
	redeem(secret: string, personId: string): Promise<Result<Meeting, InviteRefusal>>;
	/** Kills one unspent invite of a meeting he is in. Revoking again is no mistake. */
	revoke(inviteId: string, personId: string): Promise<Result<null, 'NOT_FOUND' | 'INVITE_SPENT'>>;
	/** A new secret for a meeting with a free seat; the older unspent ones are revoked. */
	renew(
		meetingId: string,
		personId: string,
	): Promise<Result<Invite, 'NOT_FOUND' | 'MEETING_ENDED' | 'MEETING_FULL'>>;
}

export interface InvitesDeps {
	readonly db: Db;
	readonly bus: Pick<Bus, 'publish'>;
	readonly now: () => number;
	readonly newId: () => string;
	/** Told after the commit; never waited for. */
	readonly push?: Pick<Push, 'notify'>;
}

export function createInvites({ db, bus, now, newId, push }: InvitesDeps): Invites {
	return {
		async preview(secret) {
			const invite = await find(secret);
			const view = invite && (await findMeeting(db, invite.meetingId));
			if (!view) return refuse('INVITE_UNKNOWN');
			const refusal = judge(invite, view.meeting, now());
			if (refusal) return refuse(refusal);
			const creator = view.people.find(({ id }) => id === invite.createdBy);
			return done({
				invitedBy: creator?.displayName ?? '',
				inviteExpiresAtMs: endOf(invite, view.meeting),
				view,
			});
		},

		async redeem(secret, personId) {
			const invite = await find(secret);
			if (!invite) return refuse('INVITE_UNKNOWN');
			const event: MeetingEvent = { type: 'join', by: personId, atMs: now() };
			const outcome = await db.transaction((tx) => seat(tx, invite, event));
			if (!outcome.ok) return outcome;
			const { meeting, joined, people } = outcome.value;
			// Only after the commit: nobody may hear of a change that is then rolled back.
			if (joined) {
				tell(bus, meeting.id, newsOf(meeting, event, joined));
				tellStarted(bus, meeting, people);
				push?.notify(meeting.createdBy, 'friend_joined', `/meet/${meeting.id}`);
			}
			return done(meeting);
		},

		async revoke(inviteId, personId) {
			if (!isId(inviteId)) return refuse('NOT_FOUND');
			const atMs = now();
			return db.transaction(async (tx) => {
				const known = await findInviteById(tx, inviteId);
				const meeting = known && (await lockMeeting(tx, known.meetingId));
				if (!meeting || !isParticipant(meeting, personId)) return refuse('NOT_FOUND');
				const invite = await lockInvite(tx, inviteId);
				if (!invite) return refuse('NOT_FOUND');
				if (invite.redeemedAtMs !== null) return refuse('INVITE_SPENT');
				if (invite.revokedAtMs !== null) return done(null);
				await markRevoked(tx, inviteId, atMs);
				const who = { atMs, actorId: personId, meetingId: meeting.id };
				await writeAudit(tx, { ...who, action: 'invites_revoked' });
				return done(null);
			});
		},

		async renew(meetingId, personId) {
			if (!isId(meetingId)) return refuse('NOT_FOUND');
			const atMs = now();
			return db.transaction(async (tx) => {
				const meeting = await lockMeeting(tx, meetingId);
				if (!meeting || !isParticipant(meeting, personId)) return refuse('NOT_FOUND');
				if (isOver(meeting, atMs)) return refuse('MEETING_ENDED');
				if (isFull(meeting)) return refuse('MEETING_FULL');
				const { row, secret } = newInvite(newId(), meeting, personId, atMs);
				const who = { atMs, actorId: personId, meetingId };
				if ((await revokeUnspent(tx, meetingId, atMs)) > 0)
					await writeAudit(tx, { ...who, action: 'invites_revoked' });
				await insertInvite(tx, row);
				await writeAudit(tx, { ...who, action: 'invite_created' });
				return done(inviteOf(row, secret, meeting));
			});
		},
	};

	async function find(secret: string): Promise<InviteRow | null> {
		return looksLikeSecret(secret) ? findInvite(db, hashSecret(secret)) : null;
	}
}

/** The row and the secret of a new invite. */
export function newInvite(id: string, meeting: Meeting, createdBy: string, atMs: number) {
	const secret = newSecret();
	const row = {
		id,
		meetingId: meeting.id,
		createdBy,
		secretHash: hashSecret(secret),
		createdAtMs: atMs,
		expiresAtMs: atMs + MEETING_LIMITS.inviteLifeMs,
	};
	return { row, secret };
}

export function inviteOf(
	row: Pick<InviteRow, 'id' | 'expiresAtMs'>,
	secret: string,
	meeting: Meeting,
): Invite {
	return { id: row.id, secret, expiresAtMs: endOf(row, meeting) };
}

interface Seated {
	readonly meeting: Meeting;
	/** Null where he had a seat already. */
	readonly joined: Person | null;
	readonly people: readonly PublicPerson[];
}

/** Meeting first, then invite, as everybody locks them; what was read before the locks is old. */
async function seat(
	tx: Tx,
	{ id, meetingId }: InviteRow,
	event: Extract<MeetingEvent, { type: 'join' }>,
): Promise<Result<Seated, InviteRefusal>> {
	const { by: personId, atMs } = event;
	const meeting = await lockMeeting(tx, meetingId);
	const invite = await lockInvite(tx, id);
	if (!meeting || !invite) return refuse('INVITE_UNKNOWN');
	if (isParticipant(meeting, personId))
		return isOver(meeting, atMs)
			? refuse('MEETING_ENDED')
			: done({ meeting, joined: null, people: [] });
	// Behind the lock of each pair: whoever blocks at this moment finds the meeting and ends it.
	for (const other of meeting.participantIds) await lockPair(tx, personId, other);
	if (await isBlocked(tx, personId, meeting.participantIds)) return refuse('INVITE_UNKNOWN');
	const refusal = judge(invite, meeting, atMs);
	if (refusal) return refuse(refusal);
	const joined = transition(meeting, event);
	if (!joined.ok) return refuse(joined.code === 'MEETING_FULL' ? 'MEETING_FULL' : 'MEETING_ENDED');
	await saveMeeting(tx, meeting, joined.value, atMs);
	await markRedeemed(tx, id, personId, atMs);
	const who = { atMs, actorId: personId, meetingId };
	await writeAudit(tx, { ...who, action: 'invite_redeemed' }, { ...who, action: 'meeting_joined' });
	return done({
		meeting: joined.value,
		joined: await findPerson(tx, personId),
		people: await findPublicPeople(tx, joined.value.participantIds),
	});
}

/**
 * Why nobody new can come in by this invite, or null. Where several reasons hold, the one that helps
 * most: an invite that ran out with its meeting ran out, whether or not the worker has been there.
 */
function judge(invite: InviteRow, meeting: Meeting, nowMs: number): InviteRefusal | null {
	const endedByPeople = meeting.status === 'ENDED' && meeting.endReason !== 'EXPIRED';
	if (endedByPeople) return 'MEETING_ENDED';
	if (invite.revokedAtMs !== null) return 'INVITE_REVOKED';
	if (invite.redeemedAtMs !== null)
		return isOver(meeting, nowMs) ? 'MEETING_ENDED' : 'INVITE_SPENT';
	if (nowMs >= endOf(invite, meeting)) return 'INVITE_EXPIRED';
	return isFull(meeting) ? 'MEETING_FULL' : null;
}

/** An invite dies with its meeting, which may be prolonged. */
function endOf(invite: Pick<InviteRow, 'expiresAtMs'>, meeting: Meeting): number {
	return Math.min(invite.expiresAtMs, meeting.expiresAtMs);
}

function isFull(meeting: Meeting): boolean {
	return meeting.participantIds.length >= MEETING_LIMITS.seats;
}
