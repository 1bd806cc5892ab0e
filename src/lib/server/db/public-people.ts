import { and, asc, desc, eq, exists, ilike, inArray, isNull, like, ne, or, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { PersonKind, PublicPerson } from '$lib/meeting';
import { isNotBlocked } from './blocks';
import type { Db } from './database';
import { participants, users } from './schema';

/** What people who may know of one another know, as a list of columns. */
export const PUBLIC_PERSON = {
	id: users.id,
	handle: users.handle,
	displayName: users.displayName,
};

/** In the order of the ids; whoever is gone is left out. */
export async function findPublicPeople(
	db: Db,
	personIds: readonly string[],
): Promise<readonly PublicPerson[]> {
	if (personIds.length === 0) return [];
	const rows = await db
		.select(PUBLIC_PERSON)
		.from(users)
		.where(inArray(users.id, [...personIds]));
	return personIds.flatMap((personId) => rows.filter(({ id }) => id === personId));
}

export async function findPersonAndKind(
	db: Db,
	personId: string,
): Promise<{ readonly person: PublicPerson; readonly kind: PersonKind } | null> {
	const [row] = await db
		.select({ person: PUBLIC_PERSON, kind: users.kind })
		.from(users)
		.where(eq(users.id, personId));
	return row ?? null;
}

/** Whom the person may know of: himself, accounts, and whoever shares a meeting with him. */
export async function findKnown(
	db: Db,
	personId: string,
	otherId: string,
): Promise<PublicPerson | null> {
	const theirs = alias(participants, 'theirs');
	const shared = db
		.select({ id: participants.meetingId })
		.from(participants)
		.innerJoin(theirs, eq(theirs.meetingId, participants.meetingId))
		.where(
			and(
				eq(participants.userId, personId),
				isNull(participants.forgottenAtMs),
				eq(theirs.userId, users.id),
			),
		);
	const [known] = await db
		.select(PUBLIC_PERSON)
		.from(users)
		.where(
			and(
				eq(users.id, otherId),
				or(eq(users.id, personId), eq(users.kind, 'account'), exists(shared)),
				isNotBlocked(db, personId, users.id),
			),
		);
	return known ?? null;
}

/**
 * Accounts that let themselves be found, whose handle begins with the words or whose name has them
 * inside. Whose handle it is comes first, then handles, then names.
 */
export async function searchAccounts(
	db: Db,
	personId: string,
	words: string,
	limit: number,
): Promise<readonly PublicPerson[]> {
	const pattern = words.replace(/[\\%_]/g, '\\$&');
	const handle = words.toLowerCase();
	// The database's own order may be C, to which only ASCII has upper and lower case.
	const named = sql`${users.displayName} collate "und-x-icu"`;
	const startsHandle = like(users.handle, `${pattern.toLowerCase()}%`);
	return db
		.select(PUBLIC_PERSON)
		.from(users)
		.where(
			and(
				eq(users.kind, 'account'),
				eq(users.searchable, true),
				ne(users.id, personId),
				or(startsHandle, ilike(named, `%${pattern}%`)),
				isNotBlocked(db, personId, users.id),
			),
		)
		.orderBy(
			desc(sql`coalesce(${users.handle} = ${handle}, false)`),
			desc(sql`coalesce(${startsHandle}, false)`),
			asc(named),
			asc(users.id),
		)
		.limit(limit);
}
