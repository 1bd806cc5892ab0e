import { isNameless } from '$lib/components/ui/nameless';
import { m } from '$lib/paraglide/messages';

/** Why an invite can't be used. `NO_SECRET`: the link lost its end. */
export interface Trouble {
	readonly title: string;
	readonly text: string;
	/** `retry` where it may work in a moment, `start` where a meeting of one's own is the way out. */
	readonly way: 'retry' | 'start';
}

export function inviteTrouble(code: string): Trouble {
	switch (code) {
		case 'NO_SECRET':
			return { title: m.invite_none_title(), text: m.invite_none_text(), way: 'start' };
		case 'INVITE_UNKNOWN':
		case 'INVALID_PAYLOAD':
		case 'NOT_FOUND':
			return { title: m.invite_unknown_title(), text: m.invite_unknown_text(), way: 'start' };
		case 'INVITE_EXPIRED':
			return { title: m.invite_expired_title(), text: m.invite_expired_text(), way: 'start' };
		case 'INVITE_SPENT':
			return { title: m.invite_spent_title(), text: m.invite_spent_text(), way: 'start' };
		case 'INVITE_REVOKED':
			return { title: m.invite_revoked_title(), text: m.invite_revoked_text(), way: 'start' };
		case 'MEETING_ENDED':
			return { title: m.invite_over_title(), text: m.invite_over_text(), way: 'start' };
		case 'MEETING_FULL':
			return { title: m.invite_full_title(), text: m.invite_full_text(), way: 'start' };
		case 'RATE_LIMIT_EXCEEDED':
			return { title: m.invite_busy_title(), text: m.invite_busy_text(), way: 'retry' };
		default:
			return { title: m.invite_offline_title(), text: m.invite_offline_text(), way: 'retry' };
	}
}

/** Who invites. */
export function inviteTitle(invitedBy: string): string {
	return isNameless(invitedBy) ? m.invite_title_guest() : m.invite_title({ name: invitedBy });
}

/** Codes after which the form makes no sense any more. */
export function isDead(code: string): boolean {
	return inviteTrouble(code).way === 'start';
}
