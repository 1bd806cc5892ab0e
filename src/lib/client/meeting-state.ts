import type { Fix } from '$lib/geo';
import {
	changeSharing,
	type HereWindow,
	type RouteMode,
	type Sharing,
	type SharingState,
} from '$lib/meeting';
import {
	fixFromWire,
	hereFromWire,
	type Participant,
	type Presence,
	type ServerMessage,
	type ServerPayload,
	type Session,
	type Welcome,
} from '$lib/protocol';

/** What this browser knows of a meeting: plain data, replaced whole by every message. */
export interface MeetingState {
	readonly selfId: string;
	readonly session: Session;
	/** In the order of their seats, the creator first. */
	readonly people: readonly KnownPerson[];
	/** By person id, the viewer's own among them. */
	readonly fixes: Readonly<Record<string, Fix>>;
	readonly here: HereWindow | null;
	/** Who last set or cleared the meeting place; null where only the place itself is known. */
	readonly placeBy: string | null;
	readonly ended: { readonly reason: string; readonly atMs: number } | null;
}

export interface KnownPerson {
	readonly id: string;
	readonly name: string;
	readonly presence: Presence;
	readonly sharing: Sharing;
	/** Null until he chose one. */
	readonly routeMode: RouteMode | null;
}

export function fromWelcome(welcome: Welcome): MeetingState {
	const { session } = welcome;
	const nowMs = Date.parse(welcome.server_time);
	const fixes: Record<string, Fix> = {};
	for (const [id, fix] of Object.entries(welcome.locations)) fixes[id] = fixFromWire(fix);
	return withEnd({
		selfId: welcome.self.user_id,
		session,
		people: welcome.participants.map((participant) => person(participant, nowMs)),
		fixes,
		here: hereFromWire(welcome.im_here),
		placeBy: null,
		ended: null,
	});
}

/**
 * The state after a message that came at `receivedAtMs` on the server's clock. Never throws; messages
 * about nobody known, and everything after the end, change nothing.
 */
export function apply(
	state: MeetingState,
	message: ServerMessage,
	receivedAtMs: number,
): MeetingState {
	if (state.ended !== null) return state;
	switch (message.type) {
		case 'welcome':
			return returned(state, fromWelcome(message.payload));
		case 'peer_location':
			return located(state, message.payload);
		case 'presence_update':
			return present(state, message.payload, receivedAtMs);
		case 'participant_removed':
			return removed(state, message.payload.user_id);
		case 'peer_sharing':
			return shared(state, message.payload.user_id, message.payload.state, receivedAtMs);
		case 'im_here_update':
			return { ...state, here: hereWindow(message.payload) };
		case 'destination_update':
			return placed(state, message.payload);
		case 'session_updated':
			return withEnd({ ...state, session: message.payload });
		case 'session_ended':
			return ended(state, message.payload.reason, Date.parse(message.payload.ended_at));
		case 'peer_route_mode':
			return routed(state, message.payload.user_id, message.payload.mode);
		case 'error':
		case 'pong':
			return state;
	}
}

/** What somebody said of his own sharing, here or by message. */
export function shared(
	state: MeetingState,
	personId: string,
	sharing: SharingState,
	nowMs: number,
): MeetingState {
	return changePerson(state, personId, (known) => ({
		...known,
		sharing: changeSharing(known.sharing, sharing, nowMs),
	}));
}

/** How somebody is on his way, by his own word, here or by message. */
export function routed(state: MeetingState, personId: string, routeMode: RouteMode): MeetingState {
	return changePerson(state, personId, (known) => ({ ...known, routeMode }));
}

/** The viewer's own fix: the server never echoes it. */
export function ownFix(state: MeetingState, fix: Fix): MeetingState {
	if (state.ended !== null) return state;
	return { ...state, fixes: { ...state.fixes, [state.selfId]: fix } };
}

export function closeHere(state: MeetingState): MeetingState {
	return { ...state, here: null };
}

/** Whoever is no longer in the meeting is shown nothing of it that could be taken for now. */
export function left(state: MeetingState): MeetingState {
	return { ...state, fixes: {}, here: null };
}

/** Nothing is kept: with the end all positions go. */
export function ended(state: MeetingState, reason: string, atMs: number): MeetingState {
	if (state.ended !== null) return state;
	const session: Session = { ...state.session, status: 'ENDED', end_reason: reason };
	return { ...left(state), session, ended: { reason, atMs } };
}

function withEnd(state: MeetingState): MeetingState {
	const { status, end_reason, ended_at, expires_at } = state.session;
	if (status !== 'ENDED') return state;
	return ended(state, end_reason ?? 'USER_ACTION', Date.parse(ended_at ?? expires_at));
}

/**
 * A welcome replaces everything, but for two things that only this browser knows: its own newest fix,
 * and since when somebody has not been sharing (else each reconnect would start the grace anew).
 */
function returned(before: MeetingState, after: MeetingState): MeetingState {
	if (after.ended !== null) return after;
	const own = newer(before.fixes[before.selfId], after.fixes[after.selfId]);
	const people = after.people.map((now) => {
		const known = before.people.find(({ id }) => id === now.id);
		return known === undefined
			? now
			: { ...now, sharing: changeSharing(known.sharing, now.sharing.state, now.sharing.sinceMs) };
	});
	return { ...after, people, fixes: own ? { ...after.fixes, [after.selfId]: own } : after.fixes };
}

function located(state: MeetingState, fix: ServerPayload<'peer_location'>): MeetingState {
	if (!state.people.some(({ id }) => id === fix.user_id)) return state;
	return { ...state, fixes: { ...state.fixes, [fix.user_id]: fixFromWire(fix) } };
}

function placed(
	state: MeetingState,
	{ destination, by_user_id: placeBy }: ServerPayload<'destination_update'>,
): MeetingState {
	return { ...state, session: { ...state.session, destination }, placeBy };
}

function present(
	state: MeetingState,
	update: ServerPayload<'presence_update'>,
	receivedAtMs: number,
): MeetingState {
	const isNew = !state.people.some(({ id }) => id === update.user_id);
	if (isNew) {
		if (update.participant === undefined) return state;
		return { ...state, people: [...state.people, person(update.participant, receivedAtMs)] };
	}
	return changePerson(state, update.user_id, (known) => ({
		...known,
		presence: update.status,
	}));
}

/** The seat is free again. Of oneself nothing is to be done: the socket's goodbye says it. */
function removed(state: MeetingState, personId: string): MeetingState {
	const isKnown = state.people.some(({ id }) => id === personId);
	if (personId === state.selfId || !isKnown) return state;
	const { [personId]: _gone, ...fixes } = state.fixes;
	return { ...state, people: state.people.filter(({ id }) => id !== personId), fixes, here: null };
}

function person(participant: Participant, nowMs: number): KnownPerson {
	return {
		id: participant.user_id,
		name: participant.display_name,
		presence: participant.presence,
		sharing: { state: participant.sharing, sinceMs: nowMs },
		routeMode: participant.route_mode,
	};
}

function changePerson(
	state: MeetingState,
	personId: string,
	change: (person: KnownPerson) => KnownPerson,
): MeetingState {
	const people = state.people.map((known) => (known.id === personId ? change(known) : known));
	return { ...state, people };
}

function hereWindow({ user_ids, expires_at }: ServerPayload<'im_here_update'>): HereWindow | null {
	return expires_at === null ? null : hereFromWire({ user_ids, expires_at });
}

function newer(a: Fix | undefined, b: Fix | undefined): Fix | undefined {
	if (a === undefined || b === undefined) return a ?? b;
	return a.atMs >= b.atMs ? a : b;
}
