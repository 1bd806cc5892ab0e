import { eq } from 'drizzle-orm';
import type { Person } from '$lib/meeting';
import { writeAudit } from './audit';
import type { Db } from './database';
import { PERSON } from './people';
import { users } from './schema';

/**
 * The account of somebody whom an outside issuer vouches for, made when he is first seen. However
 * many first sights race, there is one account; what he is called later is his business here.
 */
export async function meetExternalPerson(
	db: Db,
	seen: {
		readonly externalId: string;
		/** For a new account. */
		readonly id: string;
		readonly displayName: string;
		readonly atMs: number;
	},
): Promise<Person | null> {
	const { externalId, id, displayName, atMs } = seen;
	const known = await find(db, externalId);
	if (known) return known;
	return db.transaction(async (tx) => {
		const [made] = await tx
			.insert(users)
			.values({ id, kind: 'account', displayName, externalId, createdAtMs: atMs })
			.onConflictDoNothing({ target: users.externalId })
			.returning(PERSON);
		// Somebody else was first, and is committed by now: the insert waited for it.
		if (!made) return find(tx, externalId);
		await writeAudit(tx, { action: 'account_created', atMs, actorId: id, meetingId: null });
		return made;
	});
}

async function find(db: Db, externalId: string): Promise<Person | null> {
	const [person] = await db.select(PERSON).from(users).where(eq(users.externalId, externalId));
	return person ?? null;
}
