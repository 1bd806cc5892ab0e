import { and, asc, desc, eq, inArray } from 'drizzle-orm';
import type { Db, Tx } from './database';
import { pushSubscriptions, users } from './schema';

export interface PushRow {
	readonly id: string;
	readonly endpoint: string;
	readonly p256dh: string;
	readonly auth: string;
}

/**
 * Saves it, or moves the one with the same endpoint to this person, and lets go of his oldest ones
 * past `keep`.
 */
export async function savePushSubscription(
	tx: Tx,
	row: PushRow & {
		readonly userId: string;
		readonly loginId: string | null;
		readonly createdAtMs: number;
	},
	keep: number,
): Promise<void> {
	const { userId, loginId, p256dh, auth, createdAtMs } = row;
	// One at a time for each person: two at once would each count without the other.
	await tx.select({ id: users.id }).from(users).where(eq(users.id, userId)).for('no key update');
	await tx.insert(pushSubscriptions).values(row).onConflictDoUpdate({
		target: pushSubscriptions.endpoint,
		set: { userId, loginId, p256dh, auth, createdAtMs },
	});
	const tooMany = await tx
		.select({ id: pushSubscriptions.id })
		.from(pushSubscriptions)
		.where(eq(pushSubscriptions.userId, userId))
		.orderBy(desc(pushSubscriptions.createdAtMs), asc(pushSubscriptions.id))
		.offset(keep);
	const ids = tooMany.map(({ id }) => id);
	if (ids.length > 0) await tx.delete(pushSubscriptions).where(inArray(pushSubscriptions.id, ids));
}

export async function pushSubscriptionsOf(db: Db, personId: string): Promise<readonly PushRow[]> {
	const { id, endpoint, p256dh, auth } = pushSubscriptions;
	return db
		.select({ id, endpoint, p256dh, auth })
		.from(pushSubscriptions)
		.where(eq(pushSubscriptions.userId, personId));
}

/** Only his own. */
export async function deletePushSubscription(
	db: Db,
	personId: string,
	endpoint: string,
): Promise<boolean> {
	const deleted = await db
		.delete(pushSubscriptions)
		.where(and(eq(pushSubscriptions.userId, personId), eq(pushSubscriptions.endpoint, endpoint)))
		.returning({ id: pushSubscriptions.id });
	return deleted.length > 0;
}

/** The browser behind it is gone. */
export async function forgetPushSubscription(
	db: Db,
	{ id, p256dh }: Pick<PushRow, 'id' | 'p256dh'>,
): Promise<void> {
	// Not one that was renewed while the old one was being tried.
	await db
		.delete(pushSubscriptions)
		.where(and(eq(pushSubscriptions.id, id), eq(pushSubscriptions.p256dh, p256dh)));
}
