import { instant } from '$lib/protocol';
import { meetingChannel } from '$lib/server/bus';
import type { Connection } from './connection';
import type { GatewayDeps } from './deps';

/** Who is online. A socket may break and come back, here or elsewhere, before anybody is called offline. */
export interface Presence {
	/** Remembers that the person is here with this connection, once it is known what it was before. */
	keep(connection: Connection): void;
	tellOnline(connection: Connection): void;
	/** The person's connection is gone: after the grace the others hear of it, unless he is back. */
	left(connection: Connection): void;
	/** The person's seat is gone: nobody is told of his grace. */
	removed(meetingId: string, personId: string): void;
	/**
	 * A server is gone without a word: after the grace the others hear of everybody who was connected to
	 * it and did not come back elsewhere.
	 */
	serverGone(instanceId: string, rooms: readonly PresenceRoom[]): void;
	stop(): void;
}

/** What must be known of a meeting that has somebody here. */
export interface PresenceRoom {
	readonly meetingId: string;
	has(personId: string): boolean;
}

/** Meetings that are looked up at a time. */
const CHUNK = 200;

export function createPresence({ bus, ephemeral, log }: GatewayDeps, graceMs: number): Presence {
	const graces = new Map<NodeJS.Timeout, Connection | null>();

	function tell(
		meetingId: string,
		personId: string,
		status: 'online' | 'offline',
		seenAtMs: number,
	): void {
		bus.publish(meetingChannel(meetingId), {
			kind: 'said',
			message: {
				type: 'presence_update',
				payload: { user_id: personId, status, last_seen: instant(seenAtMs) },
			},
			exceptPersonId: personId,
		});
	}

	function isOffline(meetingId: string, personId: string, lastSeenAtMs: number): void {
		const nowhere = { connectionId: null, instanceId: null };
		ephemeral.keepPresence(meetingId, personId, { ...nowhere, lastSeenAtMs });
		tell(meetingId, personId, 'offline', lastSeenAtMs);
	}

	async function graceOver({ room, meetingId, personId, id, heardAtMs }: Connection) {
		if (room.has(personId)) return;
		const traces = await ephemeral.traces(meetingId);
		const standing = traces.get(personId)?.presence?.connectionId ?? null;
		// Another socket stands for him. (Nothing standing is a memory that lost it: he is still gone.)
		if (standing === null || standing === id) isOffline(meetingId, personId, heardAtMs);
	}

	async function settle(instanceId: string, room: PresenceRoom): Promise<void> {
		for (const [personId, { presence }] of await ephemeral.traces(room.meetingId)) {
			if (presence?.connectionId == null || presence.instanceId !== instanceId) continue;
			if (!room.has(personId)) isOffline(room.meetingId, personId, presence.lastSeenAtMs);
		}
	}

	async function settleAll(instanceId: string, rooms: readonly PresenceRoom[]): Promise<void> {
		for (let start = 0; start < rooms.length; start += CHUNK)
			await Promise.all(rooms.slice(start, start + CHUNK).map((room) => settle(instanceId, room)));
	}

	function afterGrace(work: () => Promise<void>, whose: Connection | null): void {
		const timer = setTimeout(() => {
			graces.delete(timer);
			work().catch((error: unknown) => {
				log.warn({ component: 'presence', error }, 'presence_not_settled');
			});
		}, graceMs).unref();
		graces.set(timer, whose);
	}

	return {
		keep({ meetingId, personId, id, heardAtMs, sharing, isRemembered }) {
			if (!isRemembered) return;
			ephemeral.keepPresence(meetingId, personId, {
				connectionId: id,
				instanceId: bus.instanceId,
				lastSeenAtMs: heardAtMs,
			});
			// Said again with every heartbeat, so that a Redis that lost everything knows it again.
			if (sharing.saidAtMs !== undefined) ephemeral.keepSharing(meetingId, personId, sharing);
		},
		tellOnline: ({ meetingId, personId, heardAtMs }) =>
			tell(meetingId, personId, 'online', heardAtMs),
		left: (connection) => afterGrace(() => graceOver(connection), connection),
		removed(meetingId, personId) {
			for (const [timer, connection] of graces) {
				if (connection?.meetingId !== meetingId || connection.personId !== personId) continue;
				clearTimeout(timer);
				graces.delete(timer);
			}
		},
		serverGone: (instanceId, rooms) => afterGrace(() => settleAll(instanceId, rooms), null),
		stop() {
			for (const timer of graces.keys()) clearTimeout(timer);
			graces.clear();
		},
	};
}
