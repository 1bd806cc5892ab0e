import type { LiveView } from '$lib/client/live-view';
import { FIX_LIMITS } from '$lib/geo';
import { sharesNothing } from './peek';

type OwnInput = Pick<
	LiveView,
	'connection' | 'self' | 'peer' | 'location' | 'isPaused' | 'waitsByHand'
>;

/** What leaves this device right now. `sharing` and `by_hand` are said only where something does. */
export type OwnStanding =
	/** The meeting is not open here any more. */
	'cut' | 'paused' | 'not_yet' | 'not_connected' | 'no_position' | 'alone' | 'by_hand' | 'sharing';

export function ownStanding(input: OwnInput): OwnStanding {
	const { connection, peer, isPaused, waitsByHand } = input;
	if (connection.state === 'closed' || connection.state === 'elsewhere') return 'cut';
	if (isPaused) return 'paused';
	if (sharesNothing(input)) return 'not_yet';
	if (connection.state !== 'live') return 'not_connected';
	if (!waitsByHand && !canSend(input)) return 'no_position';
	if (peer === null) return 'alone';
	return waitsByHand ? 'by_hand' : 'sharing';
}

/** Whether the device gives positions that the server takes: exact enough, and still coming. */
function canSend({ self, location }: OwnInput): boolean {
	if (location.state !== 'watching' || self.fix === null || self.isOld) return false;
	return self.fix.accuracyM <= FIX_LIMITS.accuracyMaxM;
}
