import { and, asc, desc, eq, gt, inArray, lte, ne } from 'drizzle-orm';
import { MEETING_LIMITS } from '$lib/meeting';
import type { Meeting, Person } from '$lib/meeting';
import type { Db, Tx } from './database';
import { PERSON } from './people';
import { meetings, participants, users } from './schema';

export interface MeetingAndPeople {
	readonly meeting: Meeting;
	/** In the order of their seats. */
	readonly people: readonly Person[];
}

type MeetingRow = typeof meetings.$inferSelect;

/** Stands for the creator of an old meeting who is deleted. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

export async function insertMeeting(tx: Tx, meeting: Meeting): Promise<void> {
	const { id, createdBy, createdAtMs } = meeting;
	await tx.insert(meetings).values({ id, createdBy, createdAtMs, ...changing(meeting) });
	await seat(tx, id, meeting.participantIds, createdAtMs);
}

/**
 * The meeting, its row locked until the transaction ends. `skipLocked` answers null where somebody
 * else has it locked, instead of waiting.
 */
export async function lockMeeting(
	tx: Tx,
	meetingId: string,
	{ skipLocked = false } = {},
): Promise<Meeting | null> {
	const lock = tx.select().from(meetings).where(eq(meetings.id, meetingId));
	const [row] = await lock.for('update', skipLocked ? { skipLocked } : {});
	if (!row) return null;
	// Only after the lock: who was seated while we waited for it must be seen.
	const seats = await tx
		.select({ id: participants.userId })
		.from(participants)
		.where(eq(participants.meetingId, meetingId))
		.orderBy(asc(participants.seat));
	return meetingOf(
		row,
		seats.map(({ id }) => id),
	);
}

/** Writes what may change of a locked meeting, frees the seats of whoever left and seats whoever is new. */
export async function saveMeeting(
	tx: Tx,
	before: Meeting,
	after: Meeting,
	atMs: number,
): Promise<void> {
	await tx.update(meetings).set(changing(after)).where(eq(meetings.id, after.id));
	const gone = without(before.participantIds, after.participantIds);
	if (gone.length > 0)
		await tx
			.delete(participants)
			.where(and(eq(participants.meetingId, after.id), inArray(participants.userId, gone)));
	await seat(tx, after.id, without(after.participantIds, before.participantIds), atMs);
}

export async function findMeeting(db: Db, meetingId: string): Promise<MeetingAndPeople | null> {
	const [found] = group(
		await withPeople(db)
			.where(eq(meetings.id, meetingId))
			.orderBy(...SEATS),
	);
	return found ?? null;
}

/** Those of these that there are, by id. */
export async function findMeetings(
	db: Db,
	meetingIds: readonly string[],
): Promise<ReadonlyMap<string, MeetingAndPeople>> {
	if (meetingIds.length === 0) return new Map();
	const rows = await withPeople(db)
		.where(inArray(meetings.id, [...meetingIds]))
		.orderBy(asc(meetings.id), ...SEATS);
	return new Map(group(rows).map((found) => [found.meeting.id, found]));
}

/** Newest first. */
export async function runningMeetingsOf(
	db: Db,
	personId: string,
	nowMs: number,
): Promise<readonly MeetingAndPeople[]> {
	const his = db
		.select({ id: participants.meetingId })
		.from(participants)
		.where(eq(participants.userId, personId));
	const rows = await withPeople(db)
		.where(
			and(inArray(meetings.id, his), ne(meetings.status, 'ENDED'), gt(meetings.expiresAtMs, nowMs)),
		)
		.orderBy(desc(meetings.createdAtMs), asc(meetings.id), ...SEATS);
	return group(rows);
}

/** Longest overdue first. */
export async function overdueMeetingIds(
	db: Db,
	nowMs: number,
	limit: number,
): Promise<readonly string[]> {
	const rows = await db
		.select({ id: meetings.id })
		.from(meetings)
		.where(and(ne(meetings.status, 'ENDED'), lte(meetings.expiresAtMs, nowMs)))
		.orderBy(asc(meetings.expiresAtMs))
		.limit(limit);
	return rows.map(({ id }) => id);
}

const SEATS = [asc(participants.seat)] as const;

/** Outer joins: a meeting whose people are all deleted is still one. */
function withPeople(db: Db) {
	return db
		.select({ meeting: meetings, person: PERSON })
		.from(meetings)
		.leftJoin(participants, eq(participants.meetingId, meetings.id))
		.leftJoin(users, eq(users.id, participants.userId));
}

/** One row per seat, those of a meeting side by side, to one entry per meeting. */
function group(
	rows: readonly { readonly meeting: MeetingRow; readonly person: Person | null }[],
): MeetingAndPeople[] {
	const found = new Map<string, { row: MeetingRow; people: Person[] }>();
	for (const { meeting: row, person } of rows) {
		const entry = found.get(row.id) ?? { row, people: [] };
		if (person) entry.people.push(person);
		found.set(row.id, entry);
	}
	return [...found.values()].map(({ row, people }) => ({
		meeting: meetingOf(
			row,
			people.map(({ id }) => id),
		),
		people,
	}));
}

function meetingOf(row: MeetingRow, participantIds: readonly string[]): Meeting {
	const { destinationName: name, destinationLat: lat, destinationLon: lon } = row;
	return {
		id: row.id,
		status: row.status,
		createdBy: row.createdBy ?? NOBODY,
		createdAtMs: row.createdAtMs,
		expiresAtMs: row.expiresAtMs,
		endedAtMs: row.endedAtMs,
		endReason: row.endReason,
		destination: name === null || lat === null || lon === null ? null : { name, lat, lon },
		participantIds,
	};
}

function changing(meeting: Meeting) {
	return {
		status: meeting.status,
		expiresAtMs: meeting.expiresAtMs,
		endedAtMs: meeting.endedAtMs,
		endReason: meeting.endReason,
		destinationName: meeting.destination?.name ?? null,
		destinationLat: meeting.destination?.lat ?? null,
		destinationLon: meeting.destination?.lon ?? null,
	};
}

/** On the lowest seats that are free. */
async function seat(
	tx: Tx,
	meetingId: string,
	newcomers: readonly string[],
	atMs: number,
): Promise<void> {
	if (newcomers.length === 0) return;
	const rows = await tx
		.select({ seat: participants.seat })
		.from(participants)
		.where(eq(participants.meetingId, meetingId));
	const taken = new Set(rows.map((row) => row.seat));
	const free = Array.from({ length: MEETING_LIMITS.seats }, (_, number) => number).filter(
		(number) => !taken.has(number),
	);
	await tx.insert(participants).values(
		newcomers.map((userId, index) => {
			const number = free[index];
			if (number === undefined) throw new Error('the rules seat nobody in a full meeting');
			return { meetingId, userId, seat: number, joinedAtMs: atMs };
		}),
	);
}

function without(ids: readonly string[], those: readonly string[]): string[] {
	return ids.filter((id) => !those.includes(id));
}
