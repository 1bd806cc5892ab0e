import { and, eq, gt, inArray, isNull, lte, ne, notExists, or, type SQL } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Db } from './database';
import {
	auditEvents,
	idempotencyKeys,
	invites,
	logins,
	meetings,
	participants,
	requests,
	users,
} from './schema';

/** Deletes some of what is older than that and nobody else has locked; how many there were. */
export type DeleteOld = (db: Db, beforeMs: number, limit: number) => Promise<number>;

/** With their seats and invites. */
export const deleteEndedMeetings: DeleteOld = (db, beforeMs, limit) =>
	deleteBatch(db, limit, {
		table: meetings,
		id: meetings.id,
		isOld: and(eq(meetings.status, 'ENDED'), lte(meetings.endedAtMs, beforeMs)),
	});

/** Guests who have sat in no meeting since, with their logins. Whoever never sat in one counts from his birth. */
export const deleteIdleGuests: DeleteOld = (db, beforeMs, limit) => {
	const since = db
		.select({ id: meetings.id })
		.from(participants)
		.innerJoin(meetings, eq(meetings.id, participants.meetingId))
		.where(
			and(
				eq(participants.userId, users.id),
				or(ne(meetings.status, 'ENDED'), gt(meetings.endedAtMs, beforeMs)),
			),
		);
	const isOld = and(eq(users.kind, 'guest'), lte(users.createdAtMs, beforeMs), notExists(since));
	return deleteBatch(db, limit, { table: users, id: users.id, isOld });
};

/** By when they were answered, or ran out. */
export const deleteClosedRequests: DeleteOld = (db, beforeMs, limit) =>
	deleteBatch(db, limit, {
		table: requests,
		id: requests.id,
		isOld: and(
			ne(requests.status, 'PENDING'),
			or(
				lte(requests.answeredAtMs, beforeMs),
				and(isNull(requests.answeredAtMs), lte(requests.expiresAtMs, beforeMs)),
			),
		),
	});

/** Spent, revoked or not: past its end an invite opens nothing. */
export const deleteExpiredInvites: DeleteOld = (db, beforeMs, limit) =>
	deleteBatch(db, limit, {
		table: invites,
		id: invites.id,
		isOld: lte(invites.expiresAtMs, beforeMs),
	});

export const deleteAuditEvents: DeleteOld = (db, beforeMs, limit) =>
	deleteBatch(db, limit, {
		table: auditEvents,
		id: auditEvents.id,
		isOld: lte(auditEvents.atMs, beforeMs),
	});

export const deleteIdempotencyKeys: DeleteOld = (db, beforeMs, limit) =>
	deleteBatch(db, limit, {
		table: idempotencyKeys,
		id: idempotencyKeys.id,
		isOld: lte(idempotencyKeys.createdAtMs, beforeMs),
	});

export const deleteExpiredLogins: DeleteOld = (db, beforeMs, limit) =>
	deleteBatch(db, limit, {
		table: logins,
		id: logins.id,
		isOld: lte(logins.expiresAt, new Date(beforeMs)),
	});

interface Old {
	readonly table: PgTable;
	readonly id: PgColumn;
	readonly isOld: SQL | undefined;
}

/**
 * Locks, then looks again: a guest may have been seated, a key taken anew between the first look and
 * the lock. What somebody else has locked is left to him or to the next time.
 */
function deleteBatch(db: Db, limit: number, { table, id, isOld }: Old): Promise<number> {
	return db.transaction(async (tx) => {
		const locked = await tx
			.select({ id })
			.from(table)
			.where(isOld)
			.limit(limit)
			.for('update', { skipLocked: true });
		if (locked.length === 0) return 0;
		const ids = locked.map((row) => row.id);
		const deleted = await tx
			.delete(table)
			.where(and(inArray(id, ids), isOld))
			.returning({ id });
		return deleted.length;
	});
}
