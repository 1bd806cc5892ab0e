import type { Session, Welcome } from '$lib/protocol';
import type { Api } from './api';

export type Standing =
	| { readonly is: 'running'; readonly welcome: Welcome }
	/** `session` tells how it ended, where the server still says so. */
	| { readonly is: 'ended'; readonly session: Session | null }
	| { readonly is: 'removed' }
	| { readonly is: 'logged_out' }
	/** Nobody answered: nothing is known. */
	| { readonly is: 'unknown' };

/**
 * How the viewer stands in a meeting, asked by HTTP: a browser says of a refused handshake only that
 * it failed (1006), which may as well be a tunnel.
 */
export async function askStanding(api: Api, meetingId: string): Promise<Standing> {
	const snapshot = await api.snapshot(meetingId);
	if (snapshot.ok) {
		const { session } = snapshot.value;
		return session.status === 'ENDED'
			? { is: 'ended', session }
			: { is: 'running', welcome: snapshot.value };
	}
	switch (snapshot.code) {
		case 'MEETING_ENDED':
			return { is: 'ended', session: await howItEnded(api, meetingId) };
		case 'UNAUTHENTICATED':
			return { is: 'logged_out' };
		case 'NOT_FOUND':
		case 'NOT_A_PARTICIPANT':
			return { is: 'removed' };
		default:
			return { is: 'unknown' };
	}
}

/** Null where the server does not say. */
export async function howItEnded(api: Api, meetingId: string): Promise<Session | null> {
	const session = await api.session(meetingId);
	return session.ok && session.value.status === 'ENDED' ? session.value : null;
}
