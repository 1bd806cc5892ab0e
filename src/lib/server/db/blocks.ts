import { and, desc, eq, inArray, notExists, or, sql, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { PublicPerson } from '$lib/meeting';
import type { Db, Tx } from './database';
import { blocks, users } from './schema';

export interface Blocked {
	readonly person: PublicPerson;
	readonly sinceMs: number;
}

/**
 * Whatever is asked, answered or blocked between two people happens one after the other: who waits
 * here sees what the one before has done. To be taken after the lock of a meeting, before that of a
 * request; it ends with the transaction.
 */
export async function lockPair(tx: Tx, a: string, b: string): Promise<void> {
	const pair = [a, b].sort().join(' ');
	await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${pair}, 0))`);
}

/** Behind the lock of the pair, where `findBlock` has found none. */
export async function insertBlock(
	tx: Tx,
	blockerId: string,
	blockedId: string,
	atMs: number,
): Promise<void> {
	await tx.insert(blocks).values({ blockerId, blockedId, createdAtMs: atMs });
}

/** Made by this one of the two. */
export async function findBlock(
	db: Db,
	blockerId: string,
	blockedId: string,
): Promise<{ readonly sinceMs: number } | null> {
	const [row] = await db
		.select({ sinceMs: blocks.createdAtMs })
		.from(blocks)
		.where(and(eq(blocks.blockerId, blockerId), eq(blocks.blockedId, blockedId)));
	return row ?? null;
}

/** False where there was none. */
export async function deleteBlock(tx: Tx, blockerId: string, blockedId: string): Promise<boolean> {
	const gone = await tx
		.delete(blocks)
		.where(and(eq(blocks.blockerId, blockerId), eq(blocks.blockedId, blockedId)))
		.returning({ id: blocks.blockedId });
	return gone.length > 0;
}

/** Whom the person has blocked, the last one first. */
export async function blockedBy(db: Db, blockerId: string): Promise<readonly Blocked[]> {
	return db
		.select({
			person: { id: users.id, handle: users.handle, displayName: users.displayName },
			sinceMs: blocks.createdAtMs,
		})
		.from(blocks)
		.innerJoin(users, eq(users.id, blocks.blockedId))
		.where(eq(blocks.blockerId, blockerId))
		.orderBy(desc(blocks.createdAtMs), desc(blocks.blockedId));
}

/** Whether the person and any of the others have a block between them, whoever made it. */
export async function isBlocked(
	db: Db,
	personId: string,
	otherIds: readonly string[],
): Promise<boolean> {
	if (otherIds.length === 0) return false;
	const others = [...otherIds];
	const rows = await db
		.select({ id: blocks.blockerId })
		.from(blocks)
		.where(
			or(
				and(eq(blocks.blockerId, personId), inArray(blocks.blockedId, others)),
				and(eq(blocks.blockedId, personId), inArray(blocks.blockerId, others)),
			),
		)
		.limit(1);
	return rows.length > 0;
}

/** The same for a column of other people, as a condition. */
export function isNotBlocked(db: Db, personId: string, otherId: PgColumn): SQL {
	return notExists(
		db
			.select({ id: blocks.blockerId })
			.from(blocks)
			.where(
				or(
					and(eq(blocks.blockerId, personId), eq(blocks.blockedId, otherId)),
					and(eq(blocks.blockedId, personId), eq(blocks.blockerId, otherId)),
				),
			),
	);
}
