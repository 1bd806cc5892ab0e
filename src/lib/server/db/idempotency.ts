import { and, eq, isNull, lte, or, sql } from 'drizzle-orm';
import type { Db } from './database';
import { idempotencyKeys } from './schema';

export interface Claim {
	readonly id: string;
	readonly call: string;
	readonly atMs: number;
}

export interface ClaimLimits {
	/** Older ones count as absent. */
	readonly keptSinceMs: number;
	/** Older ones without an answer count as abandoned: their process died on the way. */
	readonly answeredSinceMs: number;
}

/**
 * Takes the key, unless somebody has it. One statement, so that of racing callers one takes it.
 * Who took it is known by the instant: nobody else can have taken it within the same minute.
 */
export async function claimKey(
	db: Db,
	{ id, call, atMs }: Claim,
	{ keptSinceMs, answeredSinceMs }: ClaimLimits,
): Promise<boolean> {
	const claimed = await db
		.insert(idempotencyKeys)
		.values({ id, call, createdAtMs: atMs })
		.onConflictDoUpdate({
			target: idempotencyKeys.id,
			set: { call: sql`excluded.call`, answer: null, createdAtMs: sql`excluded.created_at` },
			setWhere: or(
				lte(idempotencyKeys.createdAtMs, keptSinceMs),
				and(isNull(idempotencyKeys.answer), lte(idempotencyKeys.createdAtMs, answeredSinceMs)),
			),
		})
		.returning({ id: idempotencyKeys.id });
	return claimed.length > 0;
}

export async function findKey(
	db: Db,
	id: string,
): Promise<Omit<typeof idempotencyKeys.$inferSelect, 'id'> | null> {
	const { call, answer, createdAtMs } = idempotencyKeys;
	const [found] = await db
		.select({ call, answer, createdAtMs })
		.from(idempotencyKeys)
		.where(eq(idempotencyKeys.id, id));
	return found ?? null;
}

/** Nothing happens where the claim was given up and taken by somebody else. */
export async function keepAnswer(db: Db, claim: Claim, answer: string): Promise<void> {
	await db.update(idempotencyKeys).set({ answer }).where(isOf(claim));
}

export async function releaseKey(db: Db, claim: Claim): Promise<void> {
	await db.delete(idempotencyKeys).where(isOf(claim));
}

function isOf({ id, atMs }: Claim) {
	return and(eq(idempotencyKeys.id, id), eq(idempotencyKeys.createdAtMs, atMs));
}
