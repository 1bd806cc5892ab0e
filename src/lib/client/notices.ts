import type { ServerMessage } from '$lib/protocol';
import type { Notice } from './live-view';
import type { MeetingState } from './meeting-state';

/** A sentence stays so long, unless another takes its place. */
export const NOTICE_MS = 8_000;

/** Frames the app sends by itself: that one was refused is nothing a person can do anything about. */
const UNATTENDED = ['location_update', 'sharing_update', 'ping'];

/**
 * What a message says about "I'm here" that is worth a sentence. `undefined`: the message is about
 * something else; `null`: what was said before is out of date.
 */
export function noticeOf(before: MeetingState, message: ServerMessage): Notice | null | undefined {
	switch (message.type) {
		case 'error': {
			const { code, ref, distance_m: distanceM } = message.payload;
			if (ref == null || UNATTENDED.includes(ref)) return undefined;
			if (code === 'TOO_FAR') return { kind: 'too_far', distanceM: distanceM ?? null };
			if (code === 'NO_RECENT_LOCATION') return { kind: 'no_recent_location' };
			if (code === 'UNAVAILABLE') return { kind: 'unavailable' };
			return { kind: 'refused', code };
		}
		case 'im_here_update': {
			const { user_ids: presses, cancelled_by: cancelledBy } = message.payload;
			if (presses.length > 0) return null;
			if (cancelledBy != null) return { kind: 'not_yet', byPeer: cancelledBy !== before.selfId };
			return before.here === null ? undefined : { kind: 'window_ran_out' };
		}
		case 'participant_removed':
		case 'session_ended':
			return null;
		default:
			return undefined;
	}
}
