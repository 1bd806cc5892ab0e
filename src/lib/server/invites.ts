import {
	isOver,
	isParticipant,
	MEETING_LIMITS,
	transition,
	type Meeting,
	type MeetingEvent,
	type Person,
} from '$lib/meeting';
import { Id } from '$lib/protocol';
import { done, refuse, type Result } from '$lib/result';
import type { Bus } from './bus/bus';
import type { Db, Tx } from './db';
import { writeAudit } from './db/audit';
import {
	findInvite,
	insertInvite,
	lockInvite,
	markRedeemed,
	revokeUnspent,
	type InviteRow,
} from './db/invites';
import { findMeeting, lockMeeting, saveMeeting } from './db/meetings';
import { findPerson } from './db/people';
import { hashSecret, looksLikeSecret, newSecret } from './db/secrets';
import type { MeetingView } from './meetings';
import { newsOf, tell } from './meeting-news';

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
}

export function createInvites({ db, bus, now, newId }: InvitesDeps): Invites {
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
			const { meeting, joined } = outcome.value;
			// Only after the commit: nobody may hear of a change that is then rolled back.
			if (joined) tell(bus, meeting.id, newsOf(meeting, event, joined));
			return done(meeting);
		},

		async renew(meetingId, personId) {
			if (!Id.safeParse(meetingId).success) return refuse('NOT_FOUND');
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

/** Meeting first, then invite, as everybody locks them; what was read before the locks is old. */
async function seat(
	tx: Tx,
	{ id, meetingId }: InviteRow,
	event: Extract<MeetingEvent, { type: 'join' }>,
): Promise<Result<{ meeting: Meeting; joined: Person | null }, InviteRefusal>> {
	const { by: personId, atMs } = event;
	const meeting = await lockMeeting(tx, meetingId);
	const invite = await lockInvite(tx, id);
	if (!meeting || !invite) return refuse('INVITE_UNKNOWN');
	if (isParticipant(meeting, personId))
		return isOver(meeting, atMs) ? refuse('MEETING_ENDED') : done({ meeting, joined: null });
	const refusal = judge(invite, meeting, atMs);
	if (refusal) return refuse(refusal);
	const joined = transition(meeting, event);
	if (!joined.ok) return refuse(joined.code === 'MEETING_FULL' ? 'MEETING_FULL' : 'MEETING_ENDED');
	await saveMeeting(tx, meeting, joined.value, atMs);
	await markRedeemed(tx, id, personId, atMs);
	const who = { atMs, actorId: personId, meetingId };
	await writeAudit(tx, { ...who, action: 'invite_redeemed' }, { ...who, action: 'meeting_joined' });
	return done({ meeting: joined.value, joined: await findPerson(tx, personId) });
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
