import { and, asc, desc, eq, gt, inArray, lt, lte, or, type SQL } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { MeetRequest, PublicPerson, RequestStatus } from '$lib/meeting';
import type { Cursor } from './cursor';
import type { Db, Tx } from './database';
import { requests, users } from './schema';

export interface RequestAndPeople {
	readonly request: MeetRequest;
	readonly from: PublicPerson;
	readonly to: PublicPerson;
}

export interface RequestFilter {
	readonly direction?: 'incoming' | 'outgoing';
	/** What is past its time counts as EXPIRED, whether or not that is written down. */
	readonly status?: RequestStatus;
	readonly nowMs: number;
	readonly before: Cursor | null;
	/** Without one: all. */
	readonly limit?: number;
}

export async function insertRequest(tx: Tx, request: MeetRequest): Promise<void> {
	const { id, fromId, toId, note, destination, createdAtMs, expiresAtMs } = request;
	await tx.insert(requests).values({
		...{ id, note, createdAtMs, expiresAtMs, fromUserId: fromId, toUserId: toId },
		destinationName: destination?.name ?? null,
		destinationLat: destination?.lat ?? null,
		destinationLon: destination?.lon ?? null,
		...changing(request),
	});
}

/** Writes what may change of a locked request. */
export async function saveRequest(tx: Tx, request: MeetRequest): Promise<void> {
	await tx.update(requests).set(changing(request)).where(eq(requests.id, request.id));
}

/** Its row locked until the transaction ends. */
export async function lockRequest(tx: Tx, requestId: string): Promise<MeetRequest | null> {
	const [row] = await tx.select().from(requests).where(eq(requests.id, requestId)).for('update');
	return row ? requestOf(row) : null;
}

/** The one that nobody has answered between the two, whoever asked and whether or not its time is over. */
export async function lockPending(tx: Tx, a: string, b: string): Promise<MeetRequest | null> {
	const [row] = await tx
		.select()
		.from(requests)
		.where(
			and(
				eq(requests.status, 'PENDING'),
				or(
					and(eq(requests.fromUserId, a), eq(requests.toUserId, b)),
					and(eq(requests.fromUserId, b), eq(requests.toUserId, a)),
				),
			),
		)
		.for('update');
	return row ? requestOf(row) : null;
}

/** Longest overdue first; what somebody else has locked is left to him. */
export async function lockOverdue(
	tx: Tx,
	nowMs: number,
	limit: number,
): Promise<readonly MeetRequest[]> {
	const rows = await tx
		.select()
		.from(requests)
		.where(and(eq(requests.status, 'PENDING'), lte(requests.expiresAtMs, nowMs)))
		.orderBy(asc(requests.expiresAtMs))
		.limit(limit)
		.for('update', { skipLocked: true });
	return rows.map(requestOf);
}

export async function findRequest(db: Db, requestId: string): Promise<RequestAndPeople | null> {
	const [found] = await findRequests(db, [requestId]);
	return found ?? null;
}

export async function findRequests(
	db: Db,
	requestIds: readonly string[],
): Promise<readonly RequestAndPeople[]> {
	if (requestIds.length === 0) return [];
	const rows = await withPeople(db).where(inArray(requests.id, [...requestIds]));
	return rows.map(entryOf);
}

/** Of one person, both directions unless one is wished for, newest first. */
export async function listRequests(
	db: Db,
	personId: string,
	{ direction, status, nowMs, before, limit }: RequestFilter,
): Promise<readonly RequestAndPeople[]> {
	const query = withPeople(db)
		.where(
			and(
				or(
					direction === 'incoming' ? undefined : eq(requests.fromUserId, personId),
					direction === 'outgoing' ? undefined : eq(requests.toUserId, personId),
				),
				status && reads(status, nowMs),
				before ? isBefore(before) : undefined,
			),
		)
		.orderBy(desc(requests.createdAtMs), desc(requests.id));
	const rows = await (limit === undefined ? query : query.limit(limit));
	return rows.map(entryOf);
}

const asking = alias(users, 'asking');
const asked = alias(users, 'asked');

function withPeople(db: Db) {
	return db
		.select({
			row: requests,
			from: { id: asking.id, handle: asking.handle, displayName: asking.displayName },
			to: { id: asked.id, handle: asked.handle, displayName: asked.displayName },
		})
		.from(requests)
		.innerJoin(asking, eq(asking.id, requests.fromUserId))
		.innerJoin(asked, eq(asked.id, requests.toUserId));
}

function reads(status: RequestStatus, nowMs: number): SQL | undefined {
	const isWritten = eq(requests.status, status);
	if (status === 'PENDING') return and(isWritten, gt(requests.expiresAtMs, nowMs));
	if (status !== 'EXPIRED') return isWritten;
	return or(isWritten, and(eq(requests.status, 'PENDING'), lte(requests.expiresAtMs, nowMs)));
}

function isBefore({ atMs, id }: Cursor): SQL | undefined {
	return or(
		lt(requests.createdAtMs, atMs),
		and(eq(requests.createdAtMs, atMs), lt(requests.id, id)),
	);
}

function changing({ status, answeredAtMs, meetingId }: MeetRequest) {
	return { status, answeredAtMs, meetingId };
}

type RequestRow = typeof requests.$inferSelect;

function entryOf(found: {
	readonly row: RequestRow;
	readonly from: PublicPerson;
	readonly to: PublicPerson;
}): RequestAndPeople {
	return { request: requestOf(found.row), from: found.from, to: found.to };
}

export function requestOf(row: RequestRow): MeetRequest {
	const { destinationName: name, destinationLat: lat, destinationLon: lon } = row;
	return {
		id: row.id,
		fromId: row.fromUserId,
		toId: row.toUserId,
		status: row.status,
		note: row.note,
		destination: name === null || lat === null || lon === null ? null : { name, lat, lon },
		createdAtMs: row.createdAtMs,
		expiresAtMs: row.expiresAtMs,
		answeredAtMs: row.answeredAtMs,
		meetingId: row.meetingId,
	};
}
