import { and, eq, isNull } from 'drizzle-orm';
import type { Db, Tx } from './database';
import { invites } from './schema';

export type InviteRow = typeof invites.$inferSelect;
export type NewInvite = typeof invites.$inferInsert;

export async function insertInvite(tx: Tx, invite: NewInvite): Promise<void> {
	await tx.insert(invites).values(invite);
}

export async function findInvite(db: Db, secretHash: string): Promise<InviteRow | null> {
	const [invite] = await db.select().from(invites).where(eq(invites.secretHash, secretHash));
	return invite ?? null;
}

export async function findInviteById(db: Db, inviteId: string): Promise<InviteRow | null> {
	const [invite] = await db.select().from(invites).where(eq(invites.id, inviteId));
	return invite ?? null;
}

/** Lock the invite's meeting first, as everybody does: so no two wait for each other. */
export async function lockInvite(tx: Tx, inviteId: string): Promise<InviteRow | null> {
	const [invite] = await tx.select().from(invites).where(eq(invites.id, inviteId)).for('update');
	return invite ?? null;
}

export async function markRedeemed(
	tx: Tx,
	inviteId: string,
	personId: string,
	atMs: number,
): Promise<void> {
	await tx
		.update(invites)
		.set({ redeemedBy: personId, redeemedAtMs: atMs })
		.where(eq(invites.id, inviteId));
}

export async function markRevoked(tx: Tx, inviteId: string, atMs: number): Promise<void> {
	await tx.update(invites).set({ revokedAtMs: atMs }).where(eq(invites.id, inviteId));
}

/** Returns how many there were. */
export async function revokeUnspent(tx: Tx, meetingId: string, atMs: number): Promise<number> {
	const revoked = await tx
		.update(invites)
		.set({ revokedAtMs: atMs })
		.where(
			and(
				eq(invites.meetingId, meetingId),
				isNull(invites.redeemedAtMs),
				isNull(invites.revokedAtMs),
			),
		)
		.returning({ id: invites.id });
	return revoked.length;
}
