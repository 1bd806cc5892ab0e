import { asc, eq } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { befriend } from './db/friendships';
import { auditEvents, friendships, participants } from './db/schema';
import { DRIVERS, useTestDatabase } from './db/testing';
import { rehearse, type Rehearsal } from './testing';

const MINUTE_MS = 60_000;

describe.each(DRIVERS)('the seats of a meeting on %s', (driver) => {
	const database = useTestDatabase(driver);
	let it: Rehearsal;
	beforeEach(() => {
		it = rehearse(database.db);
	});

	test('M2 a join tells the newcomer first and then that the meeting is ACTIVE', async () => {
		const { meeting } = await it.anaWaits();
		const ben = await it.people.createGuest('Ben');
		await it.meetings.change(meeting.id, { type: 'join', by: ben.id, atMs: it.clock.nowMs });
		expect(it.said(meeting.id)).toMatchObject([
			{
				type: 'presence_update',
				payload: {
					user_id: ben.id,
					status: 'offline',
					participant: { display_name: 'Ben', presence: 'offline', sharing: 'live' },
				},
			},
			{ type: 'session_updated', payload: { status: 'ACTIVE' } },
		]);
	});

	test('M3 joining again changes nothing and is not told again', async () => {
		const { ben, meeting } = await it.anaAndBen();
		const before = it.said(meeting.id);
		const again = await it.meetings.change(meeting.id, {
			type: 'join',
			by: ben.id,
			atMs: it.clock.nowMs,
		});
		expect(again).toEqual({ ok: true, value: meeting });
		expect(it.said(meeting.id)).toEqual(before);
	});

	test('M3 of 20 who take the second seat at once one sits down', async () => {
		const { meeting } = await it.anaWaits();
		const crowd = await Promise.all(
			Array.from({ length: 20 }, (_, index) => it.people.createGuest(`Guest ${index}`)),
		);
		const joins = await Promise.all(
			crowd.map(({ id }) =>
				it.meetings.change(meeting.id, { type: 'join', by: id, atMs: it.clock.nowMs }),
			),
		);
		expect(joins.filter(({ ok }) => ok)).toHaveLength(1);
		expect((await it.meetings.find(meeting.id))?.people).toHaveLength(2);
	});

	test('M9 whoever is removed loses his seat, is told of as gone and leaves no trace', async () => {
		const { ana, ben, meeting } = await it.anaAndBen();
		const before = it.said(meeting.id).length;
		const change = await it.meetings.change(meeting.id, remove(ana.id, ben.id, it));
		expect(change).toMatchObject({ ok: true, value: { status: 'PENDING' } });
		expect(await it.meetings.find(meeting.id)).toMatchObject({
			meeting: { status: 'PENDING', participantIds: [ana.id] },
			people: [ana],
		});
		expect(it.said(meeting.id).slice(before)).toMatchObject([
			{ type: 'participant_removed', payload: { user_id: ben.id } },
			{ type: 'session_updated', payload: { id: meeting.id, status: 'PENDING' } },
		]);
		expect(it.forgotten).toEqual([`${meeting.id} ${ben.id}`]);
		expect(await it.meetings.activeOf(ben.id)).toEqual([]);
		expect(await actions(meeting.id)).toContain('participant_removed');
	});

	test('M9 a removal kills the links that nobody used, and the used one brings nobody back', async () => {
		const { ana, meeting, invite: spare } = await it.anaWaits();
		const ben = await it.people.createGuest('Ben');
		await it.meetings.change(meeting.id, { type: 'join', by: ben.id, atMs: it.clock.nowMs });
		await it.meetings.change(meeting.id, remove(ana.id, ben.id, it));
		expect(await it.invites.redeem(spare.secret, ben.id)).toEqual(refusal('INVITE_REVOKED'));
		expect(await actions(meeting.id)).toContain('invites_revoked');
		const other = await it.anaAndBen();
		await it.meetings.change(other.meeting.id, remove(other.ana.id, other.ben.id, it));
		expect(await it.invites.redeem(other.invite.secret, other.ben.id)).toEqual(
			refusal('INVITE_SPENT'),
		);
	});

	test('M9 the freed seat can be taken again, by a new link', async () => {
		const { ana, ben, meeting } = await it.anaAndBen();
		await it.meetings.change(meeting.id, remove(ana.id, ben.id, it));
		const renewed = await it.invites.renew(meeting.id, ana.id);
		if (!renewed.ok) throw new Error(renewed.code);
		const eve = await it.people.createGuest('Eve');
		expect(await it.invites.redeem(renewed.value.secret, eve.id)).toMatchObject({ ok: true });
		expect(await it.meetings.find(meeting.id)).toMatchObject({
			meeting: { status: 'ACTIVE', participantIds: [ana.id, eve.id] },
			people: [ana, eve],
		});
		const seats = await database.db
			.select({ userId: participants.userId, seat: participants.seat })
			.from(participants)
			.where(eq(participants.meetingId, meeting.id))
			.orderBy(asc(participants.seat));
		expect(seats).toEqual([
			{ userId: ana.id, seat: 0 },
			{ userId: eve.id, seat: 1 },
		]);
	});

	test('M9 of 20 removals at once one counts, and it is told once', async () => {
		const { ana, ben, meeting } = await it.anaAndBen();
		const before = it.said(meeting.id).length;
		const removals = await Promise.all(
			Array.from({ length: 20 }, () => it.meetings.change(meeting.id, remove(ana.id, ben.id, it))),
		);
		expect(removals.filter(({ ok }) => ok)).toHaveLength(1);
		expect(removals.filter(({ ok }) => !ok)).toEqual(Array(19).fill(refusal('NOT_A_PARTICIPANT')));
		expect(it.said(meeting.id).slice(before)).toHaveLength(2);
		const audited = await actions(meeting.id);
		expect(audited.filter((action) => action === 'participant_removed')).toHaveLength(1);
	});

	test('M9 only the creator removes, and nobody hears of who may not', async () => {
		const { ana, ben, meeting } = await it.anaAndBen();
		const before = it.said(meeting.id);
		expect(await it.meetings.change(meeting.id, remove(ben.id, ana.id, it))).toEqual(
			refusal('NOT_THE_CREATOR'),
		);
		expect(it.said(meeting.id)).toEqual(before);
		expect(it.forgotten).toEqual([]);
	});

	test.each([true, false])('M17 who met are friends from then on, by hand: %s', async (byHand) => {
		const { ana, ben, meeting } = await it.anaAndBen();
		const meet = { type: 'meet', byHand, atMs: it.clock.nowMs } as const;
		expect((await it.meetings.change(meeting.id, meet)).ok).toBe(true);
		expect(await friends()).toEqual(
			[
				[ana.id, ben.id, it.clock.nowMs],
				[ben.id, ana.id, it.clock.nowMs],
			].sort(),
		);
	});

	test('M17 who meet again stay friends since the first time, and other ends make none', async () => {
		const { ana, ben, meeting } = await it.anaAndBen();
		const since = it.clock.nowMs - MINUTE_MS;
		await database.db.transaction((tx) => befriend(tx, ben.id, ana.id, since));
		const meet = { type: 'meet', byHand: false, atMs: it.clock.nowMs } as const;
		await it.meetings.change(meeting.id, meet);
		const other = await it.anaAndBen();
		await it.meetings.change(other.meeting.id, end(other.ana.id, it));
		expect((await friends()).map(([, , sinceMs]) => sinceMs)).toEqual([since, since]);
	});

	async function friends() {
		const rows = await database.db.select().from(friendships).orderBy(asc(friendships.userId));
		return rows.map(({ userId, friendId, sinceMs }) => [userId, friendId, sinceMs]);
	}

	async function actions(meetingId: string): Promise<string[]> {
		const rows = await database.db
			.select({ action: auditEvents.action })
			.from(auditEvents)
			.where(eq(auditEvents.meetingId, meetingId))
			.orderBy(asc(auditEvents.action));
		return rows.map(({ action }) => action);
	}
});

function end(by: string, { clock }: Rehearsal, reason = 'USER_ACTION') {
	return { type: 'end', by, reason, atMs: clock.nowMs } as const;
}

function remove(by: string, personId: string, { clock }: Rehearsal) {
	return { type: 'remove', by, personId, atMs: clock.nowMs } as const;
}

function refusal(code: string) {
	return { ok: false, code };
}
