import type { LiveView, LocationState, PersonView } from '$lib/client/live-view';
import { gives } from '$lib/meeting';

/** What the peek reads of the meeting. */
export type PeekInput = Pick<
	LiveView,
	| 'connection'
	| 'self'
	| 'peer'
	| 'between'
	| 'proximity'
	| 'here'
	| 'location'
	| 'isPaused'
	| 'waitsByHand'
	| 'seesPeer'
>;

/** The one thing to do now. Each has its own card, and its button is the only one in the accent. */
export type Moment =
	| 'elsewhere'
	| 'removed'
	| 'logged_out'
	/** The other pressed "I'm here". */
	| 'confirm'
	/** This viewer pressed and the other has not answered. */
	| 'await_confirm'
	| 'resume'
	| 'share_location'
	| 'invite'
	| 'here'
	/** "I'm here" with the reason why it does not open yet. */
	| 'here_locked';

/** How the hero figure stands: never as if it were live when it is not. */
export type Hero = 'none' | 'live' | 'old';

export interface Peek {
	readonly moment: Moment;
	readonly hero: Hero;
	/** Recovery from a location problem is shown, too, though another thing comes first. */
	readonly locationHelp: boolean;
	/** "We've met anyway": nothing measured can decide, so the two do. */
	readonly byHand: boolean;
	/** This device has no network: that explains whatever is old. */
	readonly isCutOff: boolean;
	/** The most important thing to say about the other, null if all is well. */
	readonly peerTrouble: PeerTrouble | null;
}

export type PeerTrouble = 'blind' | 'offline' | 'paused' | 'hidden' | 'waiting' | 'old' | 'weak';

export function peek(input: PeekInput): Peek {
	const moment = momentOf(input);
	return {
		moment,
		hero: heroOf(input),
		locationHelp: moment !== 'share_location' && needsHelp(input),
		byHand: offersByHand(input, moment),
		isCutOff: input.connection.state === 'offline',
		peerTrouble: input.peer ? troubleOf(input.peer, input.seesPeer) : null,
	};
}

function momentOf(input: PeekInput): Moment {
	const { connection, peer, here, proximity } = input;
	if (connection.state === 'elsewhere') return 'elsewhere';
	if (connection.state === 'closed' && connection.why !== 'ended') return connection.why;
	if (here?.theirs && !here.mine) return 'confirm';
	if (here?.mine) return 'await_confirm';
	if (input.isPaused) return 'resume';
	if (peer === null) return 'invite';
	if (needsHelp(input)) return 'share_location';
	if (proximity?.verdict === 'within_reach') return 'here';
	return 'here_locked';
}

/** Whether the person must do something before this device gives a position. */
function needsHelp(input: PeekInput): boolean {
	return hasTrouble(input.location) && !input.waitsByHand && !input.isPaused;
}

/** Nothing is shared, and nothing will be before the person does something. */
export function sharesNothing(
	input: Pick<PeekInput, 'waitsByHand' | 'location' | 'isPaused'>,
): boolean {
	if (input.isPaused || input.waitsByHand) return false;
	return NO_POSITION.has(input.location.state);
}
const NO_POSITION: ReadonlySet<LocationState['state']> = new Set([
	'off',
	'denied',
	'insecure',
	'unsupported',
]);

/** Not while the first position is on its way: that is no doubt yet, only a beginning. */
function offersByHand({ proximity, location }: PeekInput, moment: Moment): boolean {
	if (proximity?.verdict !== 'unknown') return false;
	if (moment === 'resume') return true;
	if (location.state === 'asking') return false;
	return moment === 'here_locked' || moment === 'share_location';
}

export function hasTrouble({ state }: LocationState): boolean {
	return state !== 'watching' && state !== 'asking';
}

function heroOf({ between, peer, connection, seesPeer }: PeekInput): Hero {
	if (between === null || peer === null || !seesPeer) return 'none';
	const isCut = connection.state === 'offline' || connection.state === 'closed';
	return peer.isOld || isCut || !gives(peer.sharing) ? 'old' : 'live';
}

/** What keeps the other's dot from being the truth of this moment; the weightiest first. */
export function troubleOf(peer: PersonView, seesPeer: boolean): PeerTrouble | null {
	if (!seesPeer) return 'blind';
	if (peer.presence === 'offline') return 'offline';
	if (peer.sharing === 'paused' || peer.sharing === 'hidden') return peer.sharing;
	// A position too rough to be sent never comes: it is weak, not on its way.
	if (peer.fix === null) return peer.sharing === 'weak_signal' ? 'weak' : 'waiting';
	if (peer.isOld) return 'old';
	return peer.sharing === 'weak_signal' ? 'weak' : null;
}
