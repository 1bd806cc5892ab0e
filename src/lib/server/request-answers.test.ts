import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { MEETING_LIMITS } from '$lib/meeting';
import { publicUser } from '$lib/protocol';
import * as schema from './db/schema';
import { DRIVERS, useTestDatabase } from './db/testing';
import { rehearseAsking, type Asking } from './testing';

const FOUNTAIN = { name: 'Fountain', lat: 48.1, lon: 11.6 };

describe.each(DRIVERS)('answers to requests on %s', (driver) => {
	const database = useTestDatabase(driver);
	let { it, ana, ben, anaAsks, audited } = {} as Asking;
	beforeEach(async () => {
		({ it, ana, ben, anaAsks, audited } = await rehearseAsking(database.db));
	});

	test('R6 yes makes a running meeting of the two, and friends', async () => {
		const { request } = await anaAsks({ destination: FOUNTAIN });
		it.clock.nowMs += 1_000;
		const accepted = await it.requests.answer(request.id, ben.id, 'accept');
		if (!accepted.ok) throw new Error(accepted.code);
		const { meetingId, status, answeredAtMs } = accepted.value.request;
		expect({ status, answeredAtMs }).toEqual({
			status: 'ACCEPTED',
			answeredAtMs: it.clock.nowMs,
		});

		const view = await it.meetings.find(meetingId ?? '');
		expect(view?.meeting).toEqual({
			id: meetingId,
			status: 'ACTIVE',
			createdBy: ana.id,
			createdAtMs: it.clock.nowMs,
			expiresAtMs: it.clock.nowMs + MEETING_LIMITS.durationDefaultMin * 60_000,
			endedAtMs: null,
			endReason: null,
			destination: FOUNTAIN,
			participantIds: [ana.id, ben.id],
		});
		expect(await it.friends.list(ana.id)).toEqual([ben]);
		expect(await it.friends.list(ben.id)).toEqual([ana]);
		expect(it.heardBy(ana.id).slice(1)).toMatchObject([
			{ type: 'request_changed', payload: { status: 'ACCEPTED', session_id: meetingId } },
			{
				type: 'session_started',
				payload: { session: { id: meetingId, status: 'ACTIVE' }, with: [publicUser(ben)] },
			},
		]);
		expect(it.heardBy(ben.id)[2]).toMatchObject({ payload: { with: [publicUser(ana)] } });
		expect(it.noticed.slice(1)).toEqual([
			{ personId: ana.id, kind: 'request_accepted', path: `/meet/${meetingId}` },
		]);
		expect(await audited()).toEqual(['request_sent', 'request_accepted']);
	});

	test('R6 of 20 who accept at once one makes the meeting, and all get it', async () => {
		const { request } = await anaAsks();
		const answers = await Promise.all(
			Array.from({ length: 20 }, () => it.requests.answer(request.id, ben.id, 'accept')),
		);
		const [meeting, ...others] = await database.db.select().from(schema.meetings);
		expect(others).toEqual([]);
		for (const outcome of answers)
			expect(outcome).toMatchObject({
				ok: true,
				value: { request: { status: 'ACCEPTED', meetingId: meeting?.id } },
			});
		const started = it.heardBy(ben.id).filter(({ type }) => type === 'session_started');
		expect(started).toHaveLength(1);
		expect(it.noticed).toHaveLength(2);
	});

	test('R4 of yes, no and taking back at once one holds', async () => {
		const { request } = await anaAsks();
		const outcomes = await Promise.all(
			Array.from({ length: 20 }, async (_, index) => {
				if (index % 3 === 0) return it.requests.answer(request.id, ben.id, 'accept');
				if (index % 3 === 1) return it.requests.answer(request.id, ana.id, 'cancel');
				return it.requests.answer(request.id, ben.id, 'decline');
			}),
		);
		const statuses = outcomes.flatMap((one) => (one.ok ? [one.value.request.status] : []));
		expect(new Set(statuses).size).toBe(1);
		for (const one of outcomes) if (!one.ok) expect(one.code).toBe('REQUEST_ANSWERED');
		const meetings = await database.db.select().from(schema.meetings);
		expect(meetings).toHaveLength(statuses[0] === 'ACCEPTED' ? 1 : 0);
		expect(it.heardBy(ana.id).filter(({ type }) => type === 'request_changed')).toHaveLength(2);
	});

	test.each([
		['decline', 'ben', 'REJECTED', 'request_declined'],
		['cancel', 'ana', 'CANCELLED', 'request_cancelled'],
	] as const)('R1 R4 %s by %s: %s, and the same again', async (answer, by, status, action) => {
		const { request } = await anaAsks();
		const personId = by === 'ana' ? ana.id : ben.id;
		for (let round = 0; round < 2; round++)
			expect(await it.requests.answer(request.id, personId, answer)).toMatchObject({
				ok: true,
				value: { request: { status, meetingId: null } },
			});
		expect(await it.requests.answer(request.id, ben.id, 'accept')).toEqual({
			ok: false,
			code: 'REQUEST_ANSWERED',
		});
		expect(it.heardBy(ana.id)).toHaveLength(2);
		expect(await audited()).toEqual(['request_sent', action]);
		expect(await it.friends.list(ana.id)).toEqual([]);
		expect(it.noticed).toHaveLength(1);
	});

	test('R2 nobody else can answer or see it', async () => {
		const eve = await it.account('eve');
		const { request } = await anaAsks();
		const unknown = { ok: false, code: 'NOT_FOUND' };
		for (const answer of ['accept', 'decline', 'cancel'] as const) {
			expect(await it.requests.answer(request.id, eve.id, answer)).toEqual(unknown);
			for (const id of [randomUUID(), 'nonsense', '%00'])
				expect(await it.requests.answer(id, ben.id, answer)).toEqual(unknown);
		}
		expect(await it.requests.answer(request.id, ana.id, 'accept')).toEqual(unknown);
		expect(await it.requests.answer(request.id, ben.id, 'cancel')).toEqual(unknown);
		expect(await it.requests.find(request.id, eve.id)).toBeNull();
		expect(await it.requests.find('nonsense', ana.id)).toBeNull();
		expect((await it.requests.find(request.id, ben.id))?.request).toEqual(request);
	});

	test('R7 a block that came in between lets nobody accept', async () => {
		const { request } = await anaAsks();
		await database.db
			.insert(schema.blocks)
			.values({ blockerId: ana.id, blockedId: ben.id, createdAtMs: it.clock.nowMs });
		expect(await it.requests.answer(request.id, ben.id, 'accept')).toEqual({
			ok: false,
			code: 'NOT_FOUND',
		});
		expect(await database.db.select().from(schema.meetings)).toEqual([]);
	});
});
