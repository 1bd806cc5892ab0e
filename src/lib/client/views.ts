import { bearingDeg, compassPoint, distanceM, FIX_LIMITS, type Fix } from '$lib/geo';
import {
	approach,
	judgeProximity,
	openWindow,
	PROXIMITY,
	RECIPROCITY_GRACE_MS,
	sees,
	gives,
	type Meeting,
	type Proximity,
	type Sighting,
} from '$lib/meeting';
import type { Between, HereView, PersonView } from './live-view';
import type { KnownPerson, MeetingState } from './meeting-state';

/** What the pages read, worked out from the state and the time. Pure. */

/** Older than this a position is shown as old (promise "Honest"). */
export const OLD_FIX_MS = 30_000;

export function knownSelf(state: MeetingState): KnownPerson | undefined {
	return state.people.find(({ id }) => id === state.selfId);
}

export function knownPeer(state: MeetingState): KnownPerson | undefined {
	return state.people.find(({ id }) => id !== state.selfId);
}

/** `isSeen`: whether the viewer may see this person's position at all. */
export function personView(
	state: MeetingState,
	person: KnownPerson,
	isSeen: boolean,
	nowMs: number,
): PersonView {
	const fix = isSeen ? (state.fixes[person.id] ?? null) : null;
	const ageMs = fix === null ? null : Math.max(0, nowMs - fix.atMs);
	return {
		id: person.id,
		name: person.name,
		isSelf: person.id === state.selfId,
		presence: person.presence,
		sharing: person.sharing.state,
		routeMode: person.routeMode,
		fix,
		ageMs,
		isOld: ageMs !== null && ageMs > OLD_FIX_MS,
	};
}

/** Whether the viewer is still shown the other: while he shares, and for the grace after. */
export function seesPeer(state: MeetingState, nowMs: number): boolean {
	const self = knownSelf(state);
	return self === undefined || sees(self.sharing, nowMs);
}

export function blindInMs(state: MeetingState, nowMs: number): number | null {
	const self = knownSelf(state);
	if (self === undefined || gives(self.sharing.state)) return null;
	return Math.max(0, self.sharing.sinceMs + RECIPROCITY_GRACE_MS - nowMs);
}

export function between(self: Fix | null, peer: Fix | null, farthestM: number): Between | null {
	if (self === null || peer === null) return null;
	const distance = distanceM(self, peer);
	const bearing = bearingDeg(self, peer);
	// Who begins almost there must not see an empty bar.
	const progress = 1 - distance / Math.max(farthestM, PROXIMITY.nearM);
	return {
		distanceM: distance,
		bearingDeg: bearing,
		compass: compassPoint(bearing),
		approach: approach(distance),
		progress: Math.min(1, Math.max(0, progress)),
	};
}

export function proximity(
	self: PersonView,
	peer: PersonView | null,
	nowMs: number,
): Proximity | null {
	return peer === null ? null : judgeProximity(sighting(self), sighting(peer), nowMs);
}

export function hereView(state: MeetingState, nowMs: number): HereView | null {
	const window = openWindow(state.here, nowMs);
	if (window === null) return null;
	return {
		mine: window.presses.some(({ personId }) => personId === state.selfId),
		theirs: window.presses.some(({ personId }) => personId !== state.selfId),
		leftMs: window.expiresAtMs - nowMs,
	};
}

/** The meeting in the words of the rules, so that the same rules draw the buttons. */
export function meetingOf(state: MeetingState): Meeting {
	const { session } = state;
	return {
		id: session.id,
		status: session.status,
		createdBy: state.people[0]?.id ?? state.selfId,
		createdAtMs: Date.parse(session.created_at),
		expiresAtMs: Date.parse(session.expires_at),
		endedAtMs: session.ended_at === null ? null : Date.parse(session.ended_at),
		endReason: session.end_reason,
		destination: session.destination,
		participantIds: state.people.map(({ id }) => id),
	};
}

/** As the server judges: it is never sent a fix this rough, so nothing may be concluded from it here. */
function sighting({ fix, sharing }: PersonView): Sighting {
	const isRough = fix !== null && fix.accuracyM > FIX_LIMITS.accuracyMaxM;
	return { fix: isRough ? null : fix, sharing };
}
