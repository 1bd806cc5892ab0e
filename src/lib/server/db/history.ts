import { and, desc, eq, exists, gt, inArray, isNull, lt, ne, or, type SQL } from 'drizzle-orm';
import type { PersonKind, PublicPerson } from '$lib/meeting';
import type { Cursor } from './cursor';
import type { Db, Tx } from './database';
import { PUBLIC_PERSON } from './public-people';
import { auditEvents, meetings, participants, users } from './schema';

/** What a person may know of somebody he met. */
interface KnownPerson extends PublicPerson {
	readonly kind: PersonKind;
}

export interface PastRow {
	readonly meetingId: string;
	readonly startedAtMs: number;
	readonly endedAtMs: number;
	readonly endReason: string;
}

/** Of meetings that ended after `sinceMs`, the newest end first. */
export async function pastMeetings(
	db: Db,
	personId: string,
	sinceMs: number,
	{ before, limit }: { readonly before: Cursor | null; readonly limit: number },
): Promise<readonly PastRow[]> {
	const rows = await db
		.select({
			meetingId: meetings.id,
			startedAtMs: meetings.createdAtMs,
			endedAtMs: meetings.endedAtMs,
			endReason: meetings.endReason,
		})
		.from(participants)
		.innerJoin(meetings, eq(meetings.id, participants.meetingId))
		.where(
			and(
				eq(participants.userId, personId),
				isNull(participants.forgottenAtMs),
				isPast(db, personId, sinceMs),
				before ? isBefore(before) : undefined,
			),
		)
		.orderBy(desc(meetings.endedAtMs), desc(meetings.id))
		.limit(limit);
	return rows.flatMap(({ endedAtMs, endReason, ...row }) =>
		endedAtMs === null || endReason === null ? [] : [{ ...row, endedAtMs, endReason }],
	);
}

/** Whoever else is still known of these meetings: who deleted himself is not. */
export async function othersIn(
	db: Db,
	personId: string,
	meetingIds: readonly string[],
): Promise<ReadonlyMap<string, readonly KnownPerson[]>> {
	const found = new Map<string, readonly KnownPerson[]>();
	if (meetingIds.length === 0) return found;
	const rows = await db
		.select({
			meetingId: participants.meetingId,
			...PUBLIC_PERSON,
			kind: users.kind,
		})
		.from(participants)
		.innerJoin(users, eq(users.id, participants.userId))
		.where(and(inArray(participants.meetingId, [...meetingIds]), ne(users.id, personId)))
		.orderBy(participants.seat);
	for (const { meetingId, ...person } of rows)
		found.set(meetingId, [...(found.get(meetingId) ?? []), person]);
	return found;
}

/** Takes one meeting, or all of them, out of the person's history; how many there were. */
export async function forgetPast(
	tx: Tx,
	personId: string,
	sinceMs: number,
	{ atMs, meetingId }: { readonly atMs: number; readonly meetingId?: string },
): Promise<number> {
	const past = tx
		.select({ id: meetings.id })
		.from(meetings)
		.where(isPast(tx, personId, sinceMs));
	const forgotten = await tx
		.update(participants)
		.set({ forgottenAtMs: atMs })
		.where(
			and(
				eq(participants.userId, personId),
				isNull(participants.forgottenAtMs),
				meetingId === undefined ? undefined : eq(participants.meetingId, meetingId),
				inArray(participants.meetingId, past),
			),
		)
		.returning({ meetingId: participants.meetingId });
	return forgotten.length;
}

/**
 * Ended, not too long ago, and more than somebody waiting alone. The other one may be deleted since:
 * that he joined is then known from what was written down at the time.
 */
function isPast(db: Db, personId: string, sinceMs: number): SQL | undefined {
	const others = db
		.select({ id: participants.userId })
		.from(participants)
		.where(and(eq(participants.meetingId, meetings.id), ne(participants.userId, personId)));
	const joins = db
		.select({ id: auditEvents.id })
		.from(auditEvents)
		.where(
			and(
				eq(auditEvents.meetingId, meetings.id),
				inArray(auditEvents.action, ['meeting_joined', 'request_accepted']),
			),
		);
	return and(
		eq(meetings.status, 'ENDED'),
		gt(meetings.endedAtMs, sinceMs),
		or(
			exists(others),
			exists(joins),
			inArray(meetings.endReason, ['PROXIMITY_REACHED', 'MANUAL_CONFIRM']),
		),
	);
}

function isBefore({ atMs, id }: Cursor): SQL | undefined {
	return or(lt(meetings.endedAtMs, atMs), and(eq(meetings.endedAtMs, atMs), lt(meetings.id, id)));
}
