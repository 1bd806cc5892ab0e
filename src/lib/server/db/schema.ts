import { sql, type SQL } from 'drizzle-orm';
import {
	boolean,
	check,
	customType,
	doublePrecision,
	index,
	pgTable,
	primaryKey,
	smallint,
	text,
	timestamp,
	unique,
	uniqueIndex,
	uuid,
	type AnyPgColumn,
} from 'drizzle-orm/pg-core';
import { MEETING_LIMITS, MEETING_STATUSES, PERSON_KINDS, REQUEST_STATUSES } from '$lib/meeting';
import { AUDIT_ACTIONS } from './audit-actions';

/** `timestamptz` in the database, milliseconds since 1970 in the code. */
const instant = customType<{ data: number; driverData: string }>({
	dataType: () => 'timestamp (3) with time zone',
	toDriver: (atMs) => new Date(atMs).toISOString(),
	fromDriver: (written) => new Date(written).getTime(),
});

/** Words a person typed. PostgreSQL holds every character but NUL, and sooner or later somebody sends one. */
const typed = customType<{ data: string; driverData: string }>({
	dataType: () => 'text',
	toDriver: (words) => words.replaceAll('\0', ''),
});

/** One vocabulary: the constraint is made from the tuple that the rules define. */
function oneOf(column: AnyPgColumn, words: readonly string[]): SQL {
	return sql`${column} in (${sql.raw(words.map((word) => `'${word}'`).join(', '))})`;
}

export const users = pgTable(
	'users',
	{
		id: uuid().primaryKey(),
		kind: text({ enum: PERSON_KINDS }).notNull(),
		displayName: typed('display_name').notNull(),
		createdAtMs: instant('created_at').notNull(),
		/** Lower case. Null for guests and for accounts of an outside issuer. */
		handle: text().unique('users_handle'),
		/** Argon2id. Null where there is no password to log in by. */
		passwordHash: text('password_hash'),
		/** Whether others find the account by its handle and name. */
		searchable: boolean().notNull().default(true),
		/** SHA-256 of issuer and subject, in hex, for accounts of an outside issuer. */
		externalId: text('external_id').unique('users_external_id'),
	},
	(t) => [
		check('users_kind', oneOf(t.kind, PERSON_KINDS)),
		check(
			'users_guest',
			sql`${t.kind} = 'account' or num_nonnulls(${t.handle}, ${t.passwordHash}, ${t.externalId}) = 0`,
		),
	],
);

/** Lucia's session table; its adapter wants a `Date` and these names of the columns. */
export const logins = pgTable(
	'logins',
	{
		/** SHA-256 of the token in hex. The token itself is on the device only. */
		id: text().primaryKey(),
		userId: uuid('user_id')
			.notNull()
			.references(() => users.id, { onDelete: 'cascade' }),
		expiresAt: timestamp('expires_at', { withTimezone: true, mode: 'date' }).notNull(),
		createdAtMs: instant('created_at')
			.notNull()
			.default(sql`now()`),
		/** What its owner and the API call it by. */
		publicId: uuid('public_id').notNull().unique('logins_public_id').defaultRandom(),
		/** What its owner recognises it by, as "Chrome on Android". */
		device: typed().notNull().default(''),
	},
	(t) => [index('logins_user').on(t.userId), index('logins_expires').on(t.expiresAt)],
);

export const meetings = pgTable(
	'meetings',
	{
		id: uuid().primaryKey(),
		status: text({ enum: MEETING_STATUSES }).notNull(),
		/** Null once that person is deleted: the other one's history stays. */
		createdBy: uuid('created_by').references(() => users.id, { onDelete: 'set null' }),
		createdAtMs: instant('created_at').notNull(),
		expiresAtMs: instant('expires_at').notNull(),
		endedAtMs: instant('ended_at'),
		endReason: typed('end_reason'),
		/** A place that people chose. The only coordinates in this database; never a person's. */
		destinationName: typed('destination_name'),
		destinationLat: doublePrecision('destination_lat'),
		destinationLon: doublePrecision('destination_lon'),
	},
	(t) => [
		check('meetings_status', oneOf(t.status, MEETING_STATUSES)),
		check(
			'meetings_ended',
			sql`(${t.status} = 'ENDED') = (${t.endedAtMs} is not null) and (${t.status} = 'ENDED') = (${t.endReason} is not null)`,
		),
		check(
			'meetings_destination',
			sql`num_nulls(${t.destinationName}, ${t.destinationLat}, ${t.destinationLon}) in (0, 3)`,
		),
		index('meetings_created_by').on(t.createdBy),
		index('meetings_running_until')
			.on(t.expiresAtMs)
			.where(sql`${t.status} <> 'ENDED'`),
	],
);

/** Rows, never `user_a` and `user_b`: a meeting of three is to be a change of a number. */
export const participants = pgTable(
	'participants',
	{
		meetingId: uuid('meeting_id')
			.notNull()
			.references(() => meetings.id, { onDelete: 'cascade' }),
		userId: uuid('user_id')
			.notNull()
			.references(() => users.id, { onDelete: 'cascade' }),
		/** 0 is the creator's. */
		seat: smallint().notNull(),
		joinedAtMs: instant('joined_at').notNull(),
		/** The person took the meeting out of his history. */
		forgottenAtMs: instant('forgotten_at'),
	},
	(t) => [
		primaryKey({ columns: [t.meetingId, t.userId] }),
		unique('participants_seat').on(t.meetingId, t.seat),
		check('participants_seats', sql`${t.seat} between 0 and ${sql.raw(lastSeat())}`),
		index('participants_user').on(t.userId),
	],
);

export const invites = pgTable(
	'invites',
	{
		id: uuid().primaryKey(),
		meetingId: uuid('meeting_id')
			.notNull()
			.references(() => meetings.id, { onDelete: 'cascade' }),
		createdBy: uuid('created_by')
			.notNull()
			.references(() => users.id, { onDelete: 'cascade' }),
		/** SHA-256 of the secret in hex. The secret itself is in the link only. */
		secretHash: text('secret_hash').notNull().unique('invites_secret_hash'),
		createdAtMs: instant('created_at').notNull(),
		expiresAtMs: instant('expires_at').notNull(),
		redeemedAtMs: instant('redeemed_at'),
		/** Null with a `redeemedAtMs`: that person is deleted. */
		redeemedBy: uuid('redeemed_by').references(() => users.id, { onDelete: 'set null' }),
		revokedAtMs: instant('revoked_at'),
	},
	(t) => [
		index('invites_meeting').on(t.meetingId),
		index('invites_created_by').on(t.createdBy),
		index('invites_redeemed_by').on(t.redeemedBy),
	],
);

/** Who did what when. No text that anybody typed, no place. */
export const auditEvents = pgTable(
	'audit_events',
	{
		id: uuid().primaryKey().defaultRandom(),
		atMs: instant('at').notNull(),
		actorId: uuid('actor_id').references(() => users.id, { onDelete: 'set null' }),
		action: text({ enum: AUDIT_ACTIONS }).notNull(),
		meetingId: uuid('meeting_id').references(() => meetings.id, { onDelete: 'set null' }),
	},
	(t) => [
		check('audit_events_action', oneOf(t.action, AUDIT_ACTIONS)),
		index('audit_events_at').on(t.atMs),
		index('audit_events_actor').on(t.actorId),
		index('audit_events_meeting').on(t.meetingId),
	],
);

/** "Shall we meet?", from one account to another. */
export const requests = pgTable(
	'requests',
	{
		id: uuid().primaryKey(),
		fromUserId: uuid('from_user_id')
			.notNull()
			.references(() => users.id, { onDelete: 'cascade' }),
		toUserId: uuid('to_user_id')
			.notNull()
			.references(() => users.id, { onDelete: 'cascade' }),
		status: text({ enum: REQUEST_STATUSES }).notNull(),
		note: typed(),
		/** A place that its sender chose; never where anybody is. */
		destinationName: typed('destination_name'),
		destinationLat: doublePrecision('destination_lat'),
		destinationLon: doublePrecision('destination_lon'),
		createdAtMs: instant('created_at').notNull(),
		expiresAtMs: instant('expires_at').notNull(),
		answeredAtMs: instant('answered_at'),
		meetingId: uuid('meeting_id').references(() => meetings.id, { onDelete: 'set null' }),
	},
	(t) => [
		check('requests_status', oneOf(t.status, REQUEST_STATUSES)),
		check('requests_two_people', sql`${t.fromUserId} <> ${t.toUserId}`),
		check(
			'requests_destination',
			sql`num_nulls(${t.destinationName}, ${t.destinationLat}, ${t.destinationLon}) in (0, 3)`,
		),
		// One open question between two people, whoever asked.
		uniqueIndex('requests_pending_pair')
			.on(sql`least(${t.fromUserId}, ${t.toUserId})`, sql`greatest(${t.fromUserId}, ${t.toUserId})`)
			.where(sql`${t.status} = 'PENDING'`),
		index('requests_from').on(t.fromUserId, t.createdAtMs),
		index('requests_to').on(t.toUserId, t.createdAtMs),
		index('requests_meeting').on(t.meetingId),
		index('requests_pending_until')
			.on(t.expiresAtMs)
			.where(sql`${t.status} = 'PENDING'`),
	],
);

/** People who met, or whose request was accepted: one row for each of the two. */
export const friendships = pgTable(
	'friendships',
	{
		userId: uuid('user_id')
			.notNull()
			.references(() => users.id, { onDelete: 'cascade' }),
		friendId: uuid('friend_id')
			.notNull()
			.references(() => users.id, { onDelete: 'cascade' }),
		sinceMs: instant('since').notNull(),
	},
	(t) => [
		primaryKey({ columns: [t.userId, t.friendId] }),
		index('friendships_friend').on(t.friendId),
	],
);

export const blocks = pgTable(
	'blocks',
	{
		blockerId: uuid('blocker_id')
			.notNull()
			.references(() => users.id, { onDelete: 'cascade' }),
		blockedId: uuid('blocked_id')
			.notNull()
			.references(() => users.id, { onDelete: 'cascade' }),
		createdAtMs: instant('created_at').notNull(),
	},
	(t) => [
		primaryKey({ columns: [t.blockerId, t.blockedId] }),
		check('blocks_two_people', sql`${t.blockerId} <> ${t.blockedId}`),
		index('blocks_blocked').on(t.blockedId),
	],
);

/** Places somebody keeps to meet at. */
export const savedPlaces = pgTable(
	'saved_places',
	{
		id: uuid().primaryKey(),
		userId: uuid('user_id')
			.notNull()
			.references(() => users.id, { onDelete: 'cascade' }),
		name: typed().notNull(),
		lat: doublePrecision().notNull(),
		lon: doublePrecision().notNull(),
		createdAtMs: instant('created_at').notNull(),
	},
	(t) => [index('saved_places_user').on(t.userId)],
);

export const pushSubscriptions = pgTable(
	'push_subscriptions',
	{
		id: uuid().primaryKey(),
		userId: uuid('user_id')
			.notNull()
			.references(() => users.id, { onDelete: 'cascade' }),
		/** Goes with the device's login. Null for logins of an outside issuer. */
		loginId: text('login_id').references(() => logins.id, { onDelete: 'cascade' }),
		endpoint: text().notNull().unique('push_subscriptions_endpoint'),
		p256dh: text().notNull(),
		auth: text().notNull(),
		createdAtMs: instant('created_at').notNull(),
	},
	(t) => [
		index('push_subscriptions_user').on(t.userId),
		index('push_subscriptions_login').on(t.loginId),
	],
);

/** Answers of unsafe calls, to be given again. Sealed by the caller's key, of which only a hash is kept. */
export const idempotencyKeys = pgTable(
	'idempotency_keys',
	{
		/** SHA-256 of caller and key, in hex. */
		id: text().primaryKey(),
		/** SHA-256 of method, route and body, in hex. */
		call: text().notNull(),
		/** Null while the first call is still being answered. */
		answer: text(),
		createdAtMs: instant('created_at').notNull(),
	},
	(t) => [index('idempotency_keys_created').on(t.createdAtMs)],
);

function lastSeat(): string {
	return String(MEETING_LIMITS.seats - 1);
}
