import { randomUUID } from 'node:crypto';
import { asc, eq, isNull } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { instant } from '$lib/protocol';
import { auditEvents, meetings as meetingRows } from './db/schema';
import { DRIVERS, useTestDatabase } from './db/testing';
import { createMeetings } from './meetings';
import { SILENT } from './log';
import { startWorker } from './worker';
import { rehearse, type Rehearsal } from './testing';

const MINUTE_MS = 60_000;
const FOUNTAIN = { name: 'The fountain', lat: 48.1, lon: 11.5 };

describe.each(DRIVERS)('meetings on %s', (driver) => {
	const database = useTestDatabase(driver);
	let it: Rehearsal;
	beforeEach(() => {
		it = rehearse(database.db);
	});

	test('M1 a meeting begins PENDING, with its creator seated and an hour ahead of it', async () => {
		const { ana, meeting, invite } = await it.anaWaits();
		expect(meeting).toMatchObject({
			status: 'PENDING',
			createdBy: ana.id,
			participantIds: [ana.id],
			expiresAtMs: it.clock.nowMs + 60 * MINUTE_MS,
			destination: null,
		});
		expect(invite.expiresAtMs).toBe(meeting.expiresAtMs);
		expect(await it.meetings.find(meeting.id)).toEqual({ meeting, people: [ana] });
	});

	test('a meeting keeps the time and the place it was started with', async () => {
		const ana = await it.people.createGuest('Ana');
		const { meeting } = await it.meetings.start({
			creatorId: ana.id,
			durationMin: 180,
			destination: FOUNTAIN,
		});
		const found = await it.meetings.find(meeting.id);
		expect(found?.meeting.expiresAtMs).toBe(it.clock.nowMs + 180 * MINUTE_MS);
		expect(found?.meeting.destination).toEqual(FOUNTAIN);
	});

	test.each([4, 481, NaN])('a meeting of %d minutes is not started', async (durationMin) => {
		const ana = await it.people.createGuest('Ana');
		await expect(it.meetings.start({ creatorId: ana.id, durationMin })).rejects.toThrow(RangeError);
	});

	test.each(['', 'nonsense', randomUUID()])(
		'nobody finds or changes the meeting "%s"',
		async (id) => {
			expect(await it.meetings.find(id)).toBeNull();
			const change = await it.meetings.change(id, { type: 'expire', atMs: it.clock.nowMs });
			expect(change).toEqual({ ok: false, code: 'NOT_FOUND' });
		},
	);

	test('people are listed in the order of their seats', async () => {
		const { ana, ben, meeting } = await it.anaAndBen();
		const view = await it.meetings.find(meeting.id);
		expect(view?.people).toEqual([ana, ben]);
		expect(view?.meeting).toEqual(meeting);
	});

	test('activeOf lists what is running and his own, newest first', async () => {
		const { ana, meeting: first } = await it.anaWaits();
		it.clock.nowMs += MINUTE_MS;
		const { meeting: second } = await it.meetings.start({ creatorId: ana.id });
		const { meeting: ended } = await it.meetings.start({ creatorId: ana.id });
		await it.meetings.change(ended.id, end(ana.id, it));
		await it.anaWaits();
		const idsOf = async () => (await it.meetings.activeOf(ana.id)).map(({ meeting }) => meeting.id);
		expect(await idsOf()).toEqual([second.id, first.id]);
		it.clock.nowMs = first.expiresAtMs;
		expect(await idsOf()).toEqual([second.id]);
		expect(await it.meetings.activeOf('nonsense')).toEqual([]);
	});

	test('M5 ending keeps the words, tells the meeting once and forgets its positions', async () => {
		const { ana, meeting } = await it.anaAndBen();
		const before = it.said(meeting.id).length;
		const change = await it.meetings.change(meeting.id, end(ana.id, it, 'rain'));
		expect(change).toMatchObject({ ok: true, value: { status: 'ENDED', endReason: 'rain' } });
		expect(it.said(meeting.id).slice(before)).toEqual([
			{ type: 'session_ended', payload: { reason: 'rain', ended_at: instant(it.clock.nowMs) } },
		]);
		expect(it.forgotten).toEqual([meeting.id]);
	});

	test('M8 of 20 who end at once one does, and it is told once', async () => {
		const { ana, ben, meeting } = await it.anaAndBen();
		const before = it.said(meeting.id).length;
		const ends = await Promise.all(
			Array.from({ length: 20 }, (_, index) =>
				it.meetings.change(meeting.id, end(index % 2 ? ana.id : ben.id, it)),
			),
		);
		expect(ends.filter(({ ok }) => ok)).toHaveLength(1);
		const codes = ends.flatMap((outcome) => (outcome.ok ? [] : [outcome.code]));
		expect(new Set(codes)).toEqual(new Set(['MEETING_ENDED']));
		expect(it.said(meeting.id).slice(before)).toHaveLength(1);
		const audited = await actions(meeting.id);
		expect(audited.filter((action) => action === 'meeting_ended')).toHaveLength(1);
	});

	test('M4 a stranger changes nothing, and nobody hears of it', async () => {
		const { meeting } = await it.anaWaits();
		const eve = await it.people.createGuest('Eve');
		const change = await it.meetings.change(meeting.id, end(eve.id, it));
		expect(change).toEqual({ ok: false, code: 'NOT_A_PARTICIPANT' });
		expect((await it.meetings.find(meeting.id))?.meeting).toEqual(meeting);
		expect(it.said(meeting.id)).toEqual([]);
		expect(it.forgotten).toEqual([]);
	});

	test('M7 extending is saved and told', async () => {
		const { ana, meeting } = await it.anaAndBen();
		const change = await it.meetings.change(meeting.id, {
			type: 'extend',
			by: ana.id,
			minutes: 30,
			atMs: it.clock.nowMs,
		});
		const expiresAtMs = meeting.expiresAtMs + 30 * MINUTE_MS;
		expect(change).toMatchObject({ ok: true, value: { expiresAtMs } });
		expect((await it.meetings.find(meeting.id))?.meeting.expiresAtMs).toBe(expiresAtMs);
		expect(it.said(meeting.id).at(-1)).toMatchObject({
			type: 'session_updated',
			payload: { id: meeting.id, status: 'ACTIVE', expires_at: instant(expiresAtMs) },
		});
	});

	test('the place is saved and told with who chose it, and so is taking it back', async () => {
		const { ana, meeting } = await it.anaAndBen();
		for (const destination of [FOUNTAIN, null]) {
			await it.meetings.change(meeting.id, {
				type: 'set_destination',
				by: ana.id,
				destination,
				atMs: it.clock.nowMs,
			});
			expect((await it.meetings.find(meeting.id))?.meeting.destination).toEqual(destination);
			expect(it.said(meeting.id).at(-1)).toEqual({
				type: 'destination_update',
				payload: { destination, by_user_id: ana.id },
			});
		}
	});

	test('M6 what is past its end time is ended with EXPIRED, and not a millisecond earlier', async () => {
		const { meeting } = await it.anaAndBen();
		const before = it.said(meeting.id).length;
		it.clock.nowMs = meeting.expiresAtMs - 1;
		expect(await it.meetings.endOverdue()).toBe(0);
		it.clock.nowMs = meeting.expiresAtMs;
		expect(await it.meetings.endOverdue()).toBe(1);
		expect(await it.meetings.endOverdue()).toBe(0);
		expect(it.said(meeting.id).slice(before)).toEqual([
			{
				type: 'session_ended',
				payload: { reason: 'EXPIRED', ended_at: instant(meeting.expiresAtMs) },
			},
		]);
		expect(it.forgotten).toEqual([meeting.id]);
	});

	test('M6 the worker ends what is overdue, and it is told once', async () => {
		const { meeting } = await it.anaWaits();
		it.clock.nowMs = meeting.expiresAtMs;
		const workers = [it.meetings, createMeetings(it.deps)].map((meetings) =>
			startWorker({ meetings, log: SILENT }),
		);
		// Every worker begins with a round, and stopping waits for it.
		await Promise.all(workers.map((worker) => worker.stop()));
		expect((await it.meetings.find(meeting.id))?.meeting).toMatchObject({
			status: 'ENDED',
			endReason: 'EXPIRED',
			endedAtMs: meeting.expiresAtMs,
		});
		expect(it.said(meeting.id)).toMatchObject([{ type: 'session_ended' }]);
	});

	test('several servers end more than a batch of overdue meetings together, each once', async () => {
		const { ana, meeting } = await it.anaWaits();
		const started = await Promise.all(
			Array.from({ length: 120 }, () => it.meetings.start({ creatorId: ana.id })),
		);
		it.clock.nowMs = meeting.expiresAtMs;
		const servers = [it.meetings, createMeetings(it.deps), createMeetings(it.deps)];
		const counts = await Promise.all(servers.map((server) => server.endOverdue()));
		// A row that another server held at that moment is left for the next round.
		counts.push(await it.meetings.endOverdue());
		expect(counts.reduce((sum, count) => sum + count)).toBe(started.length + 1);
		for (const { meeting } of started) expect(it.said(meeting.id)).toHaveLength(1);
	});

	test('nobody hears of a change that could not be written', async () => {
		const { meeting } = await it.anaWaits();
		const nobody = randomUUID();
		// There is no such person, so the seat's foreign key rolls everything back.
		const change = it.meetings.change(meeting.id, {
			type: 'join',
			by: nobody,
			atMs: it.clock.nowMs,
		});
		await expect(change).rejects.toThrow();
		expect(it.said(meeting.id)).toEqual([]);
		expect((await it.meetings.find(meeting.id))?.meeting.status).toBe('PENDING');
	});

	test('people hear of the end while the positions are being forgotten, not after', async () => {
		const { ana, meeting } = await it.anaWaits();
		let saidBefore: unknown[] = [];
		const forget = async (meetingId: string) => {
			await Promise.resolve();
			saidBefore = it.said(meetingId);
		};
		const meetings = createMeetings({
			...it.deps,
			ephemeral: { ...it.deps.ephemeral, forget },
		});
		await meetings.change(meeting.id, end(ana.id, it));
		expect(saidBefore).toMatchObject([{ type: 'session_ended' }]);
	});

	test('the audit says who did what, and the clock is nobody', async () => {
		const { meeting } = await it.anaAndBen();
		it.clock.nowMs = meeting.expiresAtMs;
		await it.meetings.endOverdue();
		expect(await actions(meeting.id)).toEqual([
			'invite_created',
			'invite_redeemed',
			'meeting_ended',
			'meeting_joined',
			'meeting_started',
		]);
		const byNobody = await database.db
			.select({ action: auditEvents.action })
			.from(auditEvents)
			.where(isNull(auditEvents.actorId));
		expect(byNobody).toEqual([{ action: 'meeting_ended' }]);
	});

	test('a name or a reason with a character that PostgreSQL cannot hold is kept without it', async () => {
		const ana = await it.people.createGuest('A\0na');
		expect(ana.displayName).toBe('Ana');
		const { meeting } = await it.meetings.start({ creatorId: ana.id });
		expect((await it.meetings.change(meeting.id, end(ana.id, it, 'ra\0in'))).ok).toBe(true);
		expect((await it.meetings.find(meeting.id))?.meeting.endReason).toBe('rain');
	});

	test('instants come back as they went in, to the millisecond', async () => {
		it.clock.nowMs = Date.parse('2026-10-25T00:59:59.123Z');
		const { meeting } = await it.anaWaits();
		expect((await it.meetings.find(meeting.id))?.meeting.createdAtMs).toBe(it.clock.nowMs);
		const [row] = await database.db
			.select({ createdAtMs: meetingRows.createdAtMs })
			.from(meetingRows)
			.where(eq(meetingRows.createdAtMs, it.clock.nowMs));
		expect(row).toEqual({ createdAtMs: it.clock.nowMs });
	});

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
