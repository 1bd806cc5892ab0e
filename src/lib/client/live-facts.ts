import { distanceM } from '$lib/geo';
import type { Welcome } from '$lib/protocol';
import type { Connection, LocationState, Notice, WakeLockState } from './live-view';
import { fromWelcome, type MeetingState } from './meeting-state';
import { knownPeer, knownSelf } from './views';

/** All that the pages' view is worked out from: plain values, each replaced whole. */
export interface LiveFacts {
	readonly state: MeetingState;
	/** The server's clock, moved on once a second and with every message. */
	readonly nowMs: number;
	readonly connection: Connection;
	readonly location: LocationState;
	/** The person pressed Pause: unlike a device that can't give a position, told as `paused`, too. */
	readonly pausedByPerson: boolean;
	readonly waitsByHand: boolean;
	readonly wakeLock: WakeLockState;
	readonly notice: Notice | null;
	/** The farthest the two were apart in this visit. */
	readonly farthestM: number;
}

/** Before anything is started: what the page's load gave, also while rendering on the server. */
export function firstFacts(welcome: Welcome): LiveFacts {
	const state = fromWelcome(welcome);
	const facts: LiveFacts = {
		state,
		nowMs: Date.parse(welcome.server_time),
		connection: { state: 'connecting' },
		location: { state: 'off' },
		pausedByPerson: knownSelf(state)?.sharing.state === 'paused',
		// A reload goes on at the place that was set before it.
		waitsByHand: state.fixes[state.selfId]?.manual === true,
		wakeLock: 'off',
		notice: null,
		farthestM: 0,
	};
	return withFarthest(facts);
}

export function withFarthest(facts: LiveFacts): LiveFacts {
	const { state } = facts;
	const self = state.fixes[state.selfId];
	const other = knownPeer(state);
	// Somebody was removed: whoever comes next begins from where he is.
	if (other === undefined) return facts.farthestM === 0 ? facts : { ...facts, farthestM: 0 };
	const peer = state.fixes[other.id];
	if (self === undefined || peer === undefined) return facts;
	const distance = distanceM(self, peer);
	return distance > facts.farthestM ? { ...facts, farthestM: distance } : facts;
}
