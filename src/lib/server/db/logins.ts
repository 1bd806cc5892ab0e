import { and, desc, eq, gt, inArray, ne, type SQL } from 'drizzle-orm';
import type { Db, Tx } from './database';
import { logins } from './schema';

export interface LoginRow {
	readonly id: string;
	readonly publicId: string;
	readonly device: string;
	readonly createdAtMs: number;
	readonly expiresAtMs: number;
}

/** Those that are still good, newest first. */
export async function loginsOf(
	db: Db,
	personId: string,
	nowMs: number,
): Promise<readonly LoginRow[]> {
	const rows = await db
		.select()
		.from(logins)
		.where(and(eq(logins.userId, personId), gt(logins.expiresAt, new Date(nowMs))))
		.orderBy(desc(logins.createdAtMs), desc(logins.publicId));
	return rows.map(({ id, publicId, device, createdAtMs, expiresAt }) => ({
		id,
		publicId,
		device,
		createdAtMs,
		expiresAtMs: expiresAt.getTime(),
	}));
}

/** Those of these that are still good. */
export async function openLogins(
	db: Db,
	loginIds: readonly string[],
	nowMs: number,
): Promise<ReadonlySet<string>> {
	if (loginIds.length === 0) return new Set();
	const rows = await db
		.select({ id: logins.id })
		.from(logins)
		.where(and(inArray(logins.id, [...loginIds]), gt(logins.expiresAt, new Date(nowMs))));
	return new Set(rows.map(({ id }) => id));
}

export type WhichLogins =
	{ readonly loginId: string } | { readonly publicId: string } | { readonly allBut: string };

/** Deletes logins of one person and nobody else's. Returns their ids. */
export async function deleteLogins(
	tx: Tx,
	personId: string,
	which: WhichLogins,
): Promise<readonly string[]> {
	const rows = await tx
		.delete(logins)
		.where(and(eq(logins.userId, personId), those(which)))
		.returning({ id: logins.id });
	return rows.map(({ id }) => id);
}

function those(which: WhichLogins): SQL {
	if ('loginId' in which) return eq(logins.id, which.loginId);
	if ('publicId' in which) return eq(logins.publicId, which.publicId);
	return ne(logins.id, which.allBut);
}
