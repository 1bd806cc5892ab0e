import type { Db } from './db';
import {
	deleteAuditEvents,
	deleteClosedRequests,
	deleteEndedMeetings,
	deleteExpiredInvites,
	deleteExpiredLogins,
	deleteIdempotencyKeys,
	deleteIdleGuests,
	type DeleteOld,
} from './db/retention';

/** How long things are kept, from their end. */
export const RETENTION = {
	endedMeetingsDays: 30,
	auditDays: 30,
	requestsDays: 30,
	/** From the end of their last meeting. */
	guestsHours: 24,
	/** From when they could last be used. */
	invitesHours: 24,
	idempotencyHours: 1,
} as const;

export interface Retention {
	/**
	 * Deletes what is past its time, in batches; how many rows of each. Racing instances do no harm.
	 * `signal` ends it after the batch it is at.
	 */
	sweep(signal?: AbortSignal): Promise<Readonly<Record<string, number>>>;
}

export interface RetentionDeps {
	readonly db: Db;
	readonly now: () => number;
	/** How many rows a transaction deletes: small enough that nobody waits for it. */
	readonly batch?: number;
}

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;

interface Keeping {
	readonly name: string;
	readonly keptMs: number;
	readonly deleteOld: DeleteOld;
}

/** In order: whoever is kept for his meetings comes after them. */
const KEEPINGS: readonly Keeping[] = [
	{
		name: 'meetings',
		keptMs: RETENTION.endedMeetingsDays * DAY_MS,
		deleteOld: deleteEndedMeetings,
	},
	{ name: 'guests', keptMs: RETENTION.guestsHours * HOUR_MS, deleteOld: deleteIdleGuests },
	{ name: 'requests', keptMs: RETENTION.requestsDays * DAY_MS, deleteOld: deleteClosedRequests },
	{ name: 'invites', keptMs: RETENTION.invitesHours * HOUR_MS, deleteOld: deleteExpiredInvites },
	{ name: 'audit_events', keptMs: RETENTION.auditDays * DAY_MS, deleteOld: deleteAuditEvents },
	{
		name: 'idempotency_keys',
		keptMs: RETENTION.idempotencyHours * HOUR_MS,
		deleteOld: deleteIdempotencyKeys,
	},
	{ name: 'logins', keptMs: 0, deleteOld: deleteExpiredLogins },
];

export function createRetention({ db, now, batch = 500 }: RetentionDeps): Retention {
	return {
		async sweep(signal) {
			const nowMs = now();
			const counts: Record<string, number> = {};
			for (const { name, keptMs, deleteOld } of KEEPINGS) {
				let count = 0;
				for (let last = batch; last >= batch && !signal?.aborted; count += last)
					last = await deleteOld(db, nowMs - keptMs, batch);
				counts[name] = count;
			}
			return counts;
		},
	};
}
