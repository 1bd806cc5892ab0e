import { and, eq, notExists } from 'drizzle-orm';
import type { Person } from '$lib/meeting';
import type { Db, Tx } from './database';
import { participants, users } from './schema';

/** What others may know of a person, as a list of columns. */
export const PERSON = { id: users.id, kind: users.kind, displayName: users.displayName };

export async function insertPerson(tx: Tx, person: Person, createdAtMs: number): Promise<Person> {
	const [saved] = await tx
		.insert(users)
		.values({ ...person, createdAtMs })
		.returning(PERSON);
	if (!saved) throw new Error('the database took a person and gave none back');
	return saved;
}

export async function findPerson(db: Db, personId: string): Promise<Person | null> {
	const [person] = await db.select(PERSON).from(users).where(eq(users.id, personId));
	return person ?? null;
}

export async function renamePerson(db: Db, personId: string, displayName: string): Promise<void> {
	await db.update(users).set({ displayName }).where(eq(users.id, personId));
}

/** Removes a guest who sits in no meeting, with his logins; leaves everybody else alone. */
export async function removeIdleGuest(db: Db, personId: string): Promise<void> {
	const seats = db.select().from(participants).where(eq(participants.userId, personId));
	await db
		.delete(users)
		.where(and(eq(users.id, personId), eq(users.kind, 'guest'), notExists(seats)));
}
