import type { Meeting } from '$lib/meeting';
import type { Result } from '$lib/result';
import type { MeetingView } from './meetings';

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
