import { and, count, eq, inArray, notInArray, or, sql } from 'drizzle-orm';
import { RULED_END_REASONS, type EndReason, type Person } from '$lib/meeting';
import type { AuditAction } from './audit-actions';
import type { Db, Tx } from './database';
import { PERSON } from './people';
import { auditEvents, meetings, participants, users } from './schema';

/** What a person may know of himself: no column that holds a hash. */
const ACCOUNT = {
	...PERSON,
	handle: users.handle,
	searchable: users.searchable,
	createdAtMs: users.createdAtMs,
	hasPassword: sql<boolean>`${users.passwordHash} is not null`,
};

export interface AccountRow extends Person {
	readonly handle: string | null;
	readonly searchable: boolean;
	readonly createdAtMs: number;
	readonly hasPassword: boolean;
}

/** To check a password by, and for nothing else. */
export interface PasswordRow {
	readonly personId: string;
	readonly passwordHash: string | null;
}

const PASSWORD = { personId: users.id, passwordHash: users.passwordHash };

/** Throws where the handle is taken: see `isTaken`. */
export async function insertAccount(
	tx: Tx,
	account: {
		readonly id: string;
		readonly handle: string;
		readonly passwordHash: string;
		readonly displayName: string;
		readonly createdAtMs: number;
	},
): Promise<AccountRow> {
	const [saved] = await tx
		.insert(users)
		.values({ ...account, kind: 'account' })
		.returning(ACCOUNT);
	if (!saved) throw new Error('the database took an account and gave none back');
	return saved;
}

export async function findAccount(db: Db, personId: string): Promise<AccountRow | null> {
	const [account] = await db.select(ACCOUNT).from(users).where(eq(users.id, personId));
	return account ?? null;
}

export async function findPasswordByHandle(db: Db, handle: string): Promise<PasswordRow | null> {
	const [row] = await db.select(PASSWORD).from(users).where(eq(users.handle, handle));
	return row ?? null;
}

export async function findPassword(db: Db, personId: string): Promise<PasswordRow | null> {
	const [row] = await db.select(PASSWORD).from(users).where(eq(users.id, personId));
	return row ?? null;
}

/**
 * The account and its password, locked until the transaction ends. Others may go on referring to the
 * person, as by taking a seat; only `toDelete` makes them wait.
 */
export async function lockAccount(
	tx: Tx,
	personId: string,
	{ toDelete = false } = {},
): Promise<(AccountRow & PasswordRow) | null> {
	const [row] = await tx
		.select({ ...ACCOUNT, ...PASSWORD })
		.from(users)
		.where(eq(users.id, personId))
		.for(toDelete ? 'update' : 'no key update');
	return row ?? null;
}

/** What is undefined stays. Throws where the handle is taken: see `isTaken`. */
export async function saveAccount(
	tx: Tx,
	personId: string,
	change: Partial<Omit<typeof users.$inferInsert, 'id' | 'createdAtMs' | 'externalId'>>,
): Promise<AccountRow> {
	const [saved] = await tx
		.update(users)
		.set(change)
		.where(eq(users.id, personId))
		.returning(ACCOUNT);
	if (!saved) throw new Error('an account was gone while it was locked');
	return saved;
}

/**
 * Deletes the person and all that is only his: what refers to him goes by cascade. His meetings with
 * others stay in their history, without the places that he chose and the words by which he ended them.
 */
export async function deletePerson(tx: Tx, personId: string): Promise<void> {
	const his = tx
		.select({ id: participants.meetingId })
		.from(participants)
		.where(eq(participants.userId, personId));
	const alone = tx
		.select({ id: participants.meetingId })
		.from(participants)
		.where(inArray(participants.meetingId, his))
		.groupBy(participants.meetingId)
		.having(eq(count(), 1));
	const where = (action: AuditAction) =>
		tx
			.select({ id: auditEvents.meetingId })
			.from(auditEvents)
			.where(and(eq(auditEvents.actorId, personId), eq(auditEvents.action, action)));
	await tx.delete(meetings).where(inArray(meetings.id, alone));
	await tx
		.update(meetings)
		.set({ destinationName: null, destinationLat: null, destinationLon: null })
		.where(or(eq(meetings.createdBy, personId), inArray(meetings.id, where('destination_set'))));
	await tx
		.update(meetings)
		.set({ endReason: 'USER_ACTION' satisfies EndReason })
		.where(
			and(
				inArray(meetings.id, where('meeting_ended')),
				notInArray(meetings.endReason, [...RULED_END_REASONS]),
			),
		);
	await tx.delete(users).where(eq(users.id, personId));
}
