import { and, asc, count, desc, eq, inArray, ne, or } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Db } from './database';
import {
	auditEvents,
	blocks,
	friendships,
	invites,
	meetings,
	participants,
	pushSubscriptions,
	requests,
	savedPlaces,
	users,
} from './schema';

/** All rows about one person, table by table, newest first; never a column with a hash or a secret. */

const PUBLIC = { id: users.id, handle: users.handle, displayName: users.displayName };

export async function meetingsOf(db: Db, personId: string) {
	const seats = await db
		.select({
			meeting: meetings,
			joinedAtMs: participants.joinedAtMs,
			forgottenAtMs: participants.forgottenAtMs,
		})
		.from(participants)
		.innerJoin(meetings, eq(meetings.id, participants.meetingId))
		.where(eq(participants.userId, personId))
		.orderBy(desc(meetings.createdAtMs));
	const ids = seats.map(({ meeting }) => meeting.id);
	const others = await db
		.select({ meetingId: participants.meetingId, person: PUBLIC })
		.from(participants)
		.innerJoin(users, eq(users.id, participants.userId))
		.where(and(inArray(participants.meetingId, ids), ne(participants.userId, personId)))
		.orderBy(asc(participants.seat));
	const choices = await db
		.select({ meetingId: auditEvents.meetingId, actorId: auditEvents.actorId })
		.from(auditEvents)
		.where(and(inArray(auditEvents.meetingId, ids), eq(auditEvents.action, 'destination_set')))
		.orderBy(asc(auditEvents.atMs));
	// The later overwrites the earlier; where nobody chose again, the place came with the meeting.
	const chosenBy = new Map(choices.map(({ meetingId, actorId }) => [meetingId, actorId]));
	return seats.map((seat) => ({
		...seat,
		people: others.flatMap(({ meetingId, person }) =>
			meetingId === seat.meeting.id ? [person] : [],
		),
		isPlaceHis:
			(chosenBy.has(seat.meeting.id) ? chosenBy.get(seat.meeting.id) : seat.meeting.createdBy) ===
			personId,
	}));
}

/** Those he made, without what they are found by. */
export async function invitesOf(db: Db, personId: string) {
	return db
		.select({
			id: invites.id,
			meetingId: invites.meetingId,
			createdAtMs: invites.createdAtMs,
			expiresAtMs: invites.expiresAtMs,
			redeemedAtMs: invites.redeemedAtMs,
			revokedAtMs: invites.revokedAtMs,
		})
		.from(invites)
		.where(eq(invites.createdBy, personId))
		.orderBy(desc(invites.createdAtMs));
}

export async function requestsOf(db: Db, personId: string) {
	const from = alias(users, 'from_user');
	const to = alias(users, 'to_user');
	return db
		.select({
			request: requests,
			from: { id: from.id, handle: from.handle, displayName: from.displayName },
			to: { id: to.id, handle: to.handle, displayName: to.displayName },
		})
		.from(requests)
		.innerJoin(from, eq(from.id, requests.fromUserId))
		.innerJoin(to, eq(to.id, requests.toUserId))
		.where(or(eq(requests.fromUserId, personId), eq(requests.toUserId, personId)))
		.orderBy(desc(requests.createdAtMs));
}

export async function friendsOf(db: Db, personId: string) {
	return db
		.select({ person: PUBLIC, sinceMs: friendships.sinceMs })
		.from(friendships)
		.innerJoin(users, eq(users.id, friendships.friendId))
		.where(eq(friendships.userId, personId))
		.orderBy(desc(friendships.sinceMs));
}

/** Whom he blocked; who blocked him is theirs to know. */
export async function blocksOf(db: Db, personId: string) {
	return db
		.select({ person: PUBLIC, sinceMs: blocks.createdAtMs })
		.from(blocks)
		.innerJoin(users, eq(users.id, blocks.blockedId))
		.where(eq(blocks.blockerId, personId))
		.orderBy(desc(blocks.createdAtMs));
}

export async function placesOf(db: Db, personId: string) {
	return db
		.select()
		.from(savedPlaces)
		.where(eq(savedPlaces.userId, personId))
		.orderBy(desc(savedPlaces.createdAtMs));
}

/** How many devices get notices. */
export async function pushDevicesOf(db: Db, personId: string): Promise<number> {
	const [row] = await db
		.select({ devices: count() })
		.from(pushSubscriptions)
		.where(eq(pushSubscriptions.userId, personId));
	return row?.devices ?? 0;
}

export async function auditOf(db: Db, personId: string) {
	return db
		.select({
			action: auditEvents.action,
			atMs: auditEvents.atMs,
			meetingId: auditEvents.meetingId,
		})
		.from(auditEvents)
		.where(eq(auditEvents.actorId, personId))
		.orderBy(desc(auditEvents.atMs));
}
