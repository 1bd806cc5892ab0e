import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Person, RequestStatus } from '$lib/meeting';
import type { Db } from './db';
import { insertPerson } from './db/people';
import {
	auditEvents,
	friendships,
	idempotencyKeys,
	invites,
	logins,
	meetings,
	participants,
	requests,
	users,
} from './db/schema';
import { DRIVERS, useTestDatabase } from './db/testing';
import { createRetention, type Retention } from './retention';
import { rehearse, type Rehearsal } from './testing';

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
const NOTHING = {
	meetings: 0,
	guests: 0,
	requests: 0,
	invites: 0,
	audit_events: 0,
	idempotency_keys: 0,
	logins: 0,
};

describe.each(DRIVERS)('what is kept no longer, on %s', (driver) => {
	const database = useTestDatabase(driver);
	let it: Rehearsal;
	let db: Db;
	let retention: Retention;
	beforeEach(() => {
		it = rehearse(database.db);
		db = database.db;
		retention = createRetention(it.deps);
	});

	test('nothing of a running meeting is touched, however old', async () => {
		const { meeting, ana, ben } = await it.anaAndBen();
		it.clock.nowMs += 23 * HOUR_MS;
		expect(await retention.sweep()).toEqual(NOTHING);
		it.clock.nowMs += 300 * DAY_MS;
		await retention.sweep();
		expect((await it.meetings.find(meeting.id))?.people).toEqual([ana, ben]);
	});

	test('a guest goes 24 hours after the end of his last meeting, with his logins', async () => {
		const { meeting, ana, ben } = await it.anaAndBen();
		await logIn(ben, it.clock.nowMs + 365 * DAY_MS);
		it.clock.nowMs += 10 * 60_000;
		await end(meeting.id, ana);
		it.clock.nowMs += DAY_MS - 1;
		expect(await retention.sweep()).toMatchObject({ guests: 0 });
		it.clock.nowMs += 1;
		expect(await retention.sweep()).toMatchObject({ guests: 2, meetings: 0 });
		expect(await db.select().from(users)).toEqual([]);
		expect(await db.select().from(logins)).toEqual([]);
		expect(await it.meetings.find(meeting.id)).toMatchObject({ people: [] });
	});

	test('a guest who never met goes 24 hours after he came', async () => {
		await it.people.createGuest('Ana');
		it.clock.nowMs += DAY_MS - 1;
		expect(await retention.sweep()).toMatchObject({ guests: 0 });
		it.clock.nowMs += 1;
		expect(await retention.sweep()).toMatchObject({ guests: 1 });
	});

	test('a guest whose old meeting is over stays while another one runs', async () => {
		const { meeting, ana, ben } = await it.anaAndBen();
		await end(meeting.id, ana);
		it.clock.nowMs += 2 * DAY_MS;
		const again = await it.meetings.start({ creatorId: ben.id });
		expect(await retention.sweep()).toMatchObject({ guests: 1 });
		expect((await it.meetings.find(again.meeting.id))?.people).toEqual([ben]);
	});

	test('an account stays when its guests have gone, and so do its friends and history', async () => {
		const ana = await account('Ana');
		const ben = await account('Ben');
		const { meeting, invite } = await it.meetings.start({ creatorId: ana.id });
		await it.invites.redeem(invite.secret, ben.id);
		await it.meetings.change(meeting.id, {
			type: 'meet',
			byHand: true,
			atMs: it.clock.nowMs,
		});
		it.clock.nowMs += 30 * DAY_MS - 1;
		await retention.sweep();
		expect(await db.select().from(participants)).toHaveLength(2);
		it.clock.nowMs += 300 * DAY_MS;
		await retention.sweep();
		expect(await db.select().from(users)).toHaveLength(2);
		expect(await db.select().from(friendships)).toHaveLength(2);
	});

	test('an ended meeting goes after 30 days, with its seats and invites', async () => {
		const ana = await account('Ana');
		const { meeting } = await it.meetings.start({ creatorId: ana.id });
		it.clock.nowMs += 10 * 60_000;
		await end(meeting.id, ana);
		await db.update(invites).set({ expiresAtMs: it.clock.nowMs + 365 * DAY_MS });
		it.clock.nowMs += 30 * DAY_MS - 1;
		expect(await retention.sweep()).toMatchObject({ meetings: 0, invites: 0 });
		it.clock.nowMs += 1;
		expect(await retention.sweep()).toMatchObject({ meetings: 1, invites: 0 });
		for (const table of [meetings, participants, invites])
			expect(await db.select().from(table)).toEqual([]);
	});

	test('what was written down goes after 30 days', async () => {
		const ana = await account('Ana');
		await db.insert(auditEvents).values([
			{ atMs: it.clock.nowMs, actorId: ana.id, action: 'name_changed' },
			{ atMs: it.clock.nowMs + 1, actorId: null, action: 'meeting_ended' },
		]);
		it.clock.nowMs += 30 * DAY_MS - 1;
		expect(await retention.sweep()).toMatchObject({ audit_events: 0 });
		it.clock.nowMs += 1;
		expect(await retention.sweep()).toMatchObject({ audit_events: 1 });
		expect(await db.select().from(auditEvents)).toMatchObject([{ action: 'meeting_ended' }]);
	});

	test.each<[RequestStatus, number | null]>([
		['ACCEPTED', 60_000],
		['REJECTED', 60_000],
		['CANCELLED', 60_000],
		['EXPIRED', null],
	])('a request that is %s goes 30 days after it was', async (status, answeredAfterMs) => {
		const closedAtMs = it.clock.nowMs + (answeredAfterMs ?? 10 * 60_000);
		await request(status, answeredAfterMs);
		it.clock.nowMs = closedAtMs + 30 * DAY_MS - 1;
		expect(await retention.sweep()).toMatchObject({ requests: 0 });
		it.clock.nowMs += 1;
		expect(await retention.sweep()).toMatchObject({ requests: 1 });
	});

	test('an open request is not for the sweep to judge', async () => {
		await request('PENDING', null);
		it.clock.nowMs += 100 * DAY_MS;
		expect(await retention.sweep()).toMatchObject({ requests: 0 });
		expect(await db.select().from(requests)).toHaveLength(1);
	});

	test.each(['unused', 'spent', 'revoked'])(
		'an invite that is %s goes 24 hours after its end',
		async (state) => {
			const { meeting, invite, ana } = await it.anaWaits();
			const atMs = it.clock.nowMs;
			if (state === 'spent') await it.invites.redeem(invite.secret, (await account('Ben')).id);
			if (state === 'revoked') await it.invites.revoke(invite.id, ana.id);
			await db.update(meetings).set({ expiresAtMs: atMs + 365 * DAY_MS });
			const [{ expiresAtMs } = { expiresAtMs: 0 }] = await db.select().from(invites);
			it.clock.nowMs = expiresAtMs + 24 * HOUR_MS - 1;
			expect(await retention.sweep()).toMatchObject({ invites: 0 });
			it.clock.nowMs += 1;
			expect(await retention.sweep()).toMatchObject({ invites: 1 });
			expect(await it.meetings.find(meeting.id)).not.toBeNull();
		},
	);

	test('a kept answer goes after an hour, a login when it runs out', async () => {
		const ana = await account('Ana');
		const atMs = it.clock.nowMs;
		await db.insert(idempotencyKeys).values({ id: 'a', call: 'b', createdAtMs: atMs });
		await logIn(ana, atMs + HOUR_MS);
		await logIn(ana, atMs + HOUR_MS + 1);
		it.clock.nowMs += HOUR_MS - 1;
		expect(await retention.sweep()).toEqual(NOTHING);
		it.clock.nowMs += 1;
		expect(await retention.sweep()).toEqual({ ...NOTHING, idempotency_keys: 1, logins: 1 });
		expect(await db.select().from(logins)).toHaveLength(1);
	});

	test('more than a batch goes in one sweep, and two instances share it', async () => {
		const sweepers = [0, 1].map(() => createRetention({ ...it.deps, batch: 7 }));
		await db.insert(idempotencyKeys).values(
			Array.from({ length: 50 }, (_, index) => ({
				id: `${index}`,
				call: 'x',
				createdAtMs: it.clock.nowMs - HOUR_MS,
			})),
		);
		const swept = await Promise.all(sweepers.map((sweeper) => sweeper.sweep()));
		const count = swept.reduce((sum, { idempotency_keys = 0 }) => sum + idempotency_keys, 0);
		const left = await db.select().from(idempotencyKeys);
		expect(count + left.length).toBe(50);
		await sweepers[0]?.sweep();
		expect(await db.select().from(idempotencyKeys)).toEqual([]);
	});

	test('20 guests who start again while the sweep runs stay, or have not started', async () => {
		const guests = await Promise.all(
			Array.from({ length: 20 }, (_, index) => it.people.createGuest(`Guest ${index}`)),
		);
		it.clock.nowMs += DAY_MS;
		const [swept, ...started] = await Promise.allSettled([
			retention.sweep(),
			...guests.map(({ id }) => it.meetings.start({ creatorId: id })),
		]);
		if (swept.status === 'rejected') throw swept.reason;
		const seated = await db.select().from(participants);
		const running = started.filter(({ status }) => status === 'fulfilled');
		expect(seated).toHaveLength(running.length);
		expect(await db.select().from(meetings)).toHaveLength(running.length);
		expect(running.length + (swept.value.guests ?? 0)).toBe(20);
	});

	test('a sweep that is told to stop deletes nothing more', async () => {
		await it.people.createGuest('Ana');
		it.clock.nowMs += 2 * DAY_MS;
		expect(await retention.sweep(AbortSignal.abort())).toEqual(NOTHING);
		expect(await db.select().from(users)).toHaveLength(1);
	});

	test('a guest who keeps his account in time is kept', async () => {
		const ben = await it.people.createGuest('Ben');
		await db.update(users).set({ kind: 'account', handle: 'ben' }).where(eq(users.id, ben.id));
		it.clock.nowMs += 300 * DAY_MS;
		expect(await retention.sweep()).toMatchObject({ guests: 0 });
	});

	async function account(displayName: string): Promise<Person> {
		const person = { id: randomUUID(), kind: 'account', displayName } as const;
		return db.transaction((tx) => insertPerson(tx, person, it.clock.nowMs));
	}

	async function logIn({ id }: Person, expiresAtMs: number): Promise<void> {
		const expiresAt = new Date(expiresAtMs);
		await db.insert(logins).values({ id: randomUUID(), userId: id, expiresAt });
	}

	async function end(meetingId: string, { id: by }: Person): Promise<void> {
		const atMs = it.clock.nowMs;
		const ended = await it.meetings.change(meetingId, {
			type: 'end',
			by,
			reason: 'USER_ACTION',
			atMs,
		});
		if (!ended.ok) throw new Error(ended.code);
	}

	async function request(status: RequestStatus, answeredAfterMs: number | null): Promise<void> {
		const [ana, ben] = [await account('Ana'), await account('Ben')];
		const createdAtMs = it.clock.nowMs;
		await db.insert(requests).values({
			id: randomUUID(),
			fromUserId: ana.id,
			toUserId: ben.id,
			status,
			createdAtMs,
			expiresAtMs: createdAtMs + 10 * 60_000,
			answeredAtMs: answeredAfterMs === null ? null : createdAtMs + answeredAfterMs,
		});
	}
});
