import { and, eq, or } from 'drizzle-orm';
import type { PublicPerson } from '$lib/meeting';
import { isNotBlocked } from './blocks';
import type { Db, Tx } from './database';
import { PUBLIC_PERSON } from './public-people';
import { friendships, users } from './schema';

/** Makes the two friends of one another, if they are not yet. */
export async function befriend(tx: Tx, a: string, b: string, atMs: number): Promise<void> {
	await befriendAll(tx, [a, b], atMs);
}

/** Everybody with everybody, as those who met. Who are friends already stay so since then. */
export async function befriendAll(
	tx: Tx,
	personIds: readonly string[],
	atMs: number,
): Promise<void> {
	// In one order everywhere: two transactions that write the same pair then never wait for each other.
	const people = [...new Set(personIds)].sort();
	const rows = people.flatMap((userId) =>
		people
			.filter((friendId) => friendId !== userId)
			.map((friendId) => ({ userId, friendId, sinceMs: atMs })),
	);
	if (rows.length > 0) await tx.insert(friendships).values(rows).onConflictDoNothing();
}

/** Accounts only: who met as a guest is a friend from the day he keeps his account. In no order. */
export async function friendsOf(db: Db, personId: string): Promise<readonly PublicPerson[]> {
	return db
		.select(PUBLIC_PERSON)
		.from(friendships)
		.innerJoin(users, eq(users.id, friendships.friendId))
		.where(
			and(
				eq(friendships.userId, personId),
				eq(users.kind, 'account'),
				isNotBlocked(db, personId, users.id),
			),
		);
}

/** Ends it for both. False where there was none. */
export async function unfriend(tx: Tx, a: string, b: string): Promise<boolean> {
	const gone = await tx
		.delete(friendships)
		.where(
			or(
				and(eq(friendships.userId, a), eq(friendships.friendId, b)),
				and(eq(friendships.userId, b), eq(friendships.friendId, a)),
			),
		)
		.returning({ id: friendships.userId });
	return gone.length > 0;
}
