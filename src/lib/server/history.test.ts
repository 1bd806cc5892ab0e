import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Person } from '$lib/meeting';
import { insertPerson } from './db/people';
import { auditEvents, meetings, users } from './db/schema';
import { DRIVERS, useTestDatabase } from './db/testing';
import { createHistory, type History } from './history';
import { createRetention } from './retention';
import { rehearse, type Rehearsal } from './testing';

const DAY_MS = 24 * 60 * 60_000;

describe.each(DRIVERS)('history on %s', (driver) => {
	const database = useTestDatabase(driver);
	let it: Rehearsal;
	let history: History;
	let ana: Person;
	let ben: Person;
	beforeEach(async () => {
		it = rehearse(database.db);
		history = createHistory(it.deps);
		[ana, ben] = [await account('Ana'), await account('Ben')];
	});

	test('says with whom and when, and not where', async () => {
		const startedAtMs = it.clock.nowMs;
		const meetingId = await meet({ destination: { name: 'Fountain', lat: 52.5, lon: 13.4 } });
		const { rows, nextCursor } = await history.list(ana.id, {});
		expect(rows).toEqual([
			{
				meetingId,
				people: [{ id: ben.id, handle: 'ben', displayName: 'Ben', kind: 'account' }],
				startedAtMs,
				endedAtMs: it.clock.nowMs,
				endReason: 'USER_ACTION',
			},
		]);
		expect(nextCursor).toBeNull();
		expect((await history.list(ben.id, {})).rows).toMatchObject([{ people: [{ id: ana.id }] }]);
	});

	test('names a guest without a handle', async () => {
		const guest = await it.people.createGuest('Cleo');
		await meet({ friend: guest });
		const { rows } = await history.list(ana.id, {});
		expect(rows[0]?.people).toEqual([
			{ id: guest.id, handle: null, displayName: 'Cleo', kind: 'guest' },
		]);
	});

	test('has no running meeting, none that nobody joined, and none of others', async () => {
		const { meeting, invite } = await it.meetings.start({ creatorId: ana.id });
		await it.invites.redeem(invite.secret, ben.id);
		const waiting = await it.meetings.start({ creatorId: ana.id });
		await end(waiting.meeting.id);
		const cleo = await account('Cleo');
		expect((await history.list(ana.id, {})).rows).toEqual([]);
		expect(await history.remove(ana.id, meeting.id)).toBe(false);
		expect(await history.remove(ana.id, waiting.meeting.id)).toBe(false);
		expect(await history.clear(ana.id)).toBe(0);
		await end(meeting.id);
		expect((await history.list(ana.id, {})).rows).toHaveLength(1);
		expect((await history.list(cleo.id, {})).rows).toEqual([]);
		expect(await history.remove(cleo.id, meeting.id)).toBe(false);
	});

	test('keeps a meeting for 30 days', async () => {
		await meet();
		it.clock.nowMs += 30 * DAY_MS - 1;
		expect((await history.list(ana.id, {})).rows).toHaveLength(1);
		it.clock.nowMs += 1;
		expect((await history.list(ana.id, {})).rows).toEqual([]);
		expect(await history.clear(ana.id)).toBe(0);
	});

	test('keeps a meeting whose other person is gone, without him', async () => {
		await meet({ friend: await it.people.createGuest('Cleo') });
		const meetingId = await meet();
		await database.db.delete(users).where(eq(users.id, ben.id));
		it.clock.nowMs += 2 * DAY_MS;
		await createRetention(it.deps).sweep();
		const { rows } = await history.list(ana.id, {});
		expect(rows.map(({ people }) => people)).toEqual([[], []]);
		expect(rows[0]?.meetingId).toBe(meetingId);
	});

	test('is paged without gaps or doubles, the newest end first', async () => {
		const met: string[] = [];
		for (let index = 0; index < 7; index++) met.unshift(await meet());
		// Three that ended in one instant are told apart by their ids.
		const atMs = it.clock.nowMs;
		for (const id of met.slice(0, 3))
			await database.db.update(meetings).set({ endedAtMs: atMs }).where(eq(meetings.id, id));
		const seen: string[] = [];
		let cursor: string | null = '';
		for (let pages = 0; cursor !== null && pages < 10; pages++) {
			const page = await history.list(ana.id, { limit: 2, cursor });
			seen.push(...page.rows.map(({ meetingId }) => meetingId));
			cursor = page.nextCursor;
		}
		expect(seen).toEqual([...met.slice(0, 3).sort().reverse(), ...met.slice(3)]);
	});

	test.each(['nonsense', '%00', 'x'.repeat(5_000)])(
		'a cursor that cannot be read is the beginning: %#',
		async (cursor) => {
			const meetingId = await meet();
			const { rows } = await history.list(ana.id, { cursor });
			expect(rows.map((row) => row.meetingId)).toEqual([meetingId]);
		},
	);

	test('is deleted for oneself only: one meeting, or all', async () => {
		const first = await meet();
		await meet();
		await meet();
		const removed = await Promise.all(
			Array.from({ length: 20 }, () => history.remove(ana.id, first)),
		);
		expect(removed.filter(Boolean)).toHaveLength(1);
		expect((await history.list(ana.id, {})).rows).toHaveLength(2);
		expect(await history.clear(ana.id)).toBe(2);
		expect(await history.clear(ana.id)).toBe(0);
		expect((await history.list(ana.id, {})).rows).toEqual([]);
		expect((await history.list(ben.id, {})).rows).toHaveLength(3);
		const events = await database.db
			.select()
			.from(auditEvents)
			.where(eq(auditEvents.action, 'history_deleted'));
		expect(events.map(({ meetingId }) => meetingId).sort()).toEqual([first, null].sort());
	});

	test.each(['', 'nonsense', randomUUID()])('the unknown meeting %# is none', async (id) => {
		expect(await history.remove(ana.id, id)).toBe(false);
	});

	async function account(displayName: string): Promise<Person> {
		const person = { id: randomUUID(), kind: 'account', displayName } as const;
		const saved = await database.db.transaction((tx) => insertPerson(tx, person, it.clock.nowMs));
		const handle = displayName.toLowerCase();
		await database.db.update(users).set({ handle }).where(eq(users.id, person.id));
		return saved;
	}

	/** Ana and a friend, for a minute; the id. */
	async function meet({
		friend = ben,
		destination = null,
		lastsMs = 60_000,
	}: {
		friend?: Person;
		destination?: { name: string; lat: number; lon: number } | null;
		lastsMs?: number;
	} = {}): Promise<string> {
		const { meeting, invite } = await it.meetings.start({ creatorId: ana.id, destination });
		await it.invites.redeem(invite.secret, friend.id);
		it.clock.nowMs += lastsMs;
		await end(meeting.id);
		return meeting.id;
	}

	async function end(meetingId: string): Promise<void> {
		const atMs = it.clock.nowMs;
		await it.meetings.change(meetingId, { type: 'end', by: ana.id, reason: 'USER_ACTION', atMs });
	}
});
