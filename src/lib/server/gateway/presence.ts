import { instant } from '$lib/protocol';
import { meetingChannel } from '$lib/server/bus';
import type { Connection } from './connection';
import type { GatewayDeps } from './deps';

/** Who is online. A socket may break and come back, here or elsewhere, before anybody is called offline. */
export interface Presence {
	/** Remembers that the person is here with this connection. */
	keep(connection: Connection): void;
	tellOnline(connection: Connection): void;
	/** The person's connection is gone: after the grace the others hear of it, unless he is back. */
	left(connection: Connection): void;
	/** The person's seat is gone: nobody is told of his grace. */
	removed(meetingId: string, personId: string): void;
	stop(): void;
}

export function createPresence({ bus, ephemeral, log }: GatewayDeps, graceMs: number): Presence {
	const graces = new Map<NodeJS.Timeout, Connection>();

	function tell(
		{ meetingId, personId, heardAtMs }: Connection,
		status: 'online' | 'offline',
	): void {
		bus.publish(meetingChannel(meetingId), {
			kind: 'said',
			message: {
				type: 'presence_update',
				payload: { user_id: personId, status, last_seen: instant(heardAtMs) },
			},
			exceptPersonId: personId,
		});
	}

	async function graceOver(connection: Connection): Promise<void> {
		const { meetingId, personId, id, heardAtMs } = connection;
		if (connection.room.has(personId)) return;
		const traces = await ephemeral.traces(meetingId);
		const standing = traces.get(personId)?.presence?.connectionId ?? null;
		// Another socket stands for him. (Nothing standing is a memory that lost it: he is still gone.)
		if (standing !== null && standing !== id) return;
		ephemeral.keepPresence(meetingId, personId, { connectionId: null, lastSeenAtMs: heardAtMs });
		tell(connection, 'offline');
	}

	return {
		keep({ meetingId, personId, id, heardAtMs, sharing }) {
			ephemeral.keepPresence(meetingId, personId, { connectionId: id, lastSeenAtMs: heardAtMs });
			// Said again with every heartbeat, so that a Redis that lost everything knows it again.
			ephemeral.keepSharing(meetingId, personId, sharing);
		},
		tellOnline: (connection) => tell(connection, 'online'),
		left(connection) {
			const timer = setTimeout(() => {
				graces.delete(timer);
				graceOver(connection).catch((error: unknown) => {
					log.warn({ meetingId: connection.meetingId, error }, 'presence_not_settled');
				});
			}, graceMs).unref();
			graces.set(timer, connection);
		},
		removed(meetingId, personId) {
			for (const [timer, connection] of graces) {
				if (connection.meetingId !== meetingId || connection.personId !== personId) continue;
				clearTimeout(timer);
				graces.delete(timer);
			}
		},
		stop() {
			for (const timer of graces.keys()) clearTimeout(timer);
			graces.clear();
		},
	};
}
