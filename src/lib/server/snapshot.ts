import { isOvertaken, sees, type HereWindow, type Sharing } from '$lib/meeting';
import {
	hereToWire,
	instant,
	sessionToWire,
	WIRE_LIMITS,
	type Participant,
	type SharedFix,
	type Welcome,
} from '$lib/protocol';
import type { Person } from '$lib/meeting';
import type { Ephemeral, Trace } from './ephemeral';
import type { MeetingView } from './meetings';

/** Two heartbeats and a little: a server that died without a word leaves nobody online for ever. */
export const PRESENCE_FRESH_MS = 60_000;

export interface Snapshots {
	/**
	 * The whole state for one of the meeting's people who has just connected. `sharing` is what is known of
	 * his by his socket: a memory that lost it must not make him see again.
	 */
	welcome(view: MeetingView, personId: string, sharing?: Sharing): Promise<Welcome>;
	/**
	 * The same over HTTP. Positions of others only for somebody whom they can see to be here, or could
	 * within the last minute: asking without a socket must not make a silent viewer.
	 */
	snapshot(view: MeetingView, personId: string): Promise<Welcome>;
}

export interface SnapshotsDeps {
	readonly ephemeral: Pick<Ephemeral, 'traces' | 'hereWindow'>;
	readonly now: () => number;
}

export function createSnapshots({ ephemeral, now }: SnapshotsDeps): Snapshots {
	return {
		welcome: (view, personId, sharing) => look(view, personId, true, sharing),
		snapshot: (view, personId) => look(view, personId, false),
	};

	async function look(
		view: MeetingView,
		personId: string,
		isConnected: boolean,
		sharing: Sharing | null = null,
	) {
		const nowMs = now();
		const { id } = view.meeting;
		const [traces, window] = await Promise.all([
			ephemeral.traces(id),
			ephemeral.hereWindow(id, nowMs),
		]);
		const remembered = traces.get(personId)?.sharing;
		const latest =
			remembered && (!sharing || isOvertaken(sharing, remembered)) ? remembered : sharing;
		const isBlind = latest !== null && !sees(latest, nowMs);
		const welcome = describe(view, personId, traces, window, nowMs, isBlind);
		if (isConnected || wasSeen(traces.get(personId), nowMs)) return welcome;
		const { [personId]: own } = welcome.locations;
		return { ...welcome, locations: own ? { [personId]: own } : {} };
	}
}

function wasSeen(trace: Trace | undefined, nowMs: number): boolean {
	return trace?.presence != null && nowMs - trace.presence.lastSeenAtMs < PRESENCE_FRESH_MS;
}

function describe(
	{ meeting, people }: MeetingView,
	personId: string,
	traces: ReadonlyMap<string, Trace>,
	window: HereWindow | null,
	nowMs: number,
	isBlind: boolean,
): Welcome {
	return {
		protocol: WIRE_LIMITS.protocol,
		server_time: instant(nowMs),
		session: sessionToWire(meeting),
		self: { user_id: personId },
		participants: people.map((person) => participant(person, traces.get(person.id), nowMs)),
		locations: locations(people, personId, traces, isBlind),
		im_here: hereToWire(window),
		limits: {
			updates_per_s: WIRE_LIMITS.updatesPerS,
			updates_burst: WIRE_LIMITS.updatesBurst,
			frame_max_bytes: WIRE_LIMITS.frameMaxBytes,
			heartbeat_s: WIRE_LIMITS.heartbeatMs / 1000,
		},
	};
}

export function participant(person: Person, trace: Trace | undefined, nowMs: number): Participant {
	const presence = trace?.presence ?? null;
	const isOnline =
		presence?.connectionId != null && nowMs - presence.lastSeenAtMs < PRESENCE_FRESH_MS;
	return {
		user_id: person.id,
		display_name: person.displayName,
		presence: isOnline ? 'online' : 'offline',
		sharing: trace?.sharing?.state ?? 'live',
		last_seen: presence && instant(presence.lastSeenAtMs),
		route_mode: trace?.routeMode ?? null,
	};
}

/** Who does not give positions any more gets none but his own (promise "Symmetric"). */
function locations(
	people: readonly Person[],
	viewerId: string,
	traces: ReadonlyMap<string, Trace>,
	isBlind: boolean,
): Record<string, SharedFix> {
	const fixes: Record<string, SharedFix> = {};
	for (const { id } of people) {
		const fix = traces.get(id)?.fix;
		if (fix && (id === viewerId || !isBlind)) fixes[id] = fix;
	}
	return fixes;
}
