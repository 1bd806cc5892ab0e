import { and, eq, or } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { MeetRequest, PublicPerson } from '$lib/meeting';
import type { Db, Tx } from './database';
import { requestOf } from './requests';
import { requests, users } from './schema';

export interface CancelledRequest {
	readonly request: MeetRequest;
	readonly from: PublicPerson;
	readonly to: PublicPerson;
}

/** Takes back everything the person asked, and everything he was asked. */
export async function cancelRequestsOf(
	tx: Tx,
	personId: string,
	atMs: number,
): Promise<readonly CancelledRequest[]> {
	const rows = await tx
		.update(requests)
		.set({ status: 'CANCELLED', answeredAtMs: atMs })
		.where(openOf(personId))
		.returning();
	const cancelled: CancelledRequest[] = [];
	for (const row of rows) {
		const [people] = await tx
			.select({ from: publicOf(asking), to: publicOf(asked) })
			.from(asking)
			.innerJoin(asked, eq(asked.id, row.toUserId))
			.where(eq(asking.id, row.fromUserId));
		if (people) cancelled.push({ request: requestOf(row), ...people });
	}
	return cancelled;
}

export async function hasOpenRequests(db: Db, personId: string): Promise<boolean> {
	const open = await db.select({ id: requests.id }).from(requests).where(openOf(personId)).limit(1);
	return open.length > 0;
}

const asking = alias(users, 'asking');
const asked = alias(users, 'asked');

function publicOf({ id, handle, displayName }: typeof asking | typeof asked) {
	return { id, handle, displayName };
}

function openOf(personId: string) {
	return and(
		eq(requests.status, 'PENDING'),
		or(eq(requests.fromUserId, personId), eq(requests.toUserId, personId)),
	);
}
