import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { REQUEST_LIMITS, type PublicPerson } from '$lib/meeting';
import * as schema from './db/schema';
import { DRIVERS, useTestDatabase } from './db/testing';
import { rehearse, type Rehearsal } from './testing';

describe.each(DRIVERS)('blocks on %s', (driver) => {
	const database = useTestDatabase(driver);
	let it: Rehearsal;
	let ana: PublicPerson;
	let ben: PublicPerson;
	beforeEach(async () => {
		it = rehearse(database.db);
		ana = await it.account('ana');
		ben = await it.account('ben');
	});

	async function ask(from: PublicPerson, to: PublicPerson) {
		const sent = await it.requests.send({
			...{ fromId: from.id, toId: to.id, note: null, destination: null },
		});
		if (!sent.ok) throw new Error(sent.code);
		return sent.view.request;
	}
	async function anaAndBenMeet() {
		const accepted = await it.requests.answer((await ask(ana, ben)).id, ben.id, 'accept');
		if (!accepted.ok) throw new Error(accepted.code);
		return accepted.value.request.meetingId ?? '';
	}

	test('R7 M8 a block ends the running meeting and the friendship, and both hear of the end', async () => {
		const meetingId = await anaAndBenMeet();
		const blocked = await it.blocks.block(ben.id, ana.id);
		expect(blocked).toEqual({ ok: true, value: { person: ana, sinceMs: it.clock.nowMs } });
		expect((await it.meetings.find(meetingId))?.meeting).toMatchObject({
			status: 'ENDED',
			endReason: 'BLOCKED',
		});
		expect(it.said(meetingId).map(({ type }) => type)).toEqual(['session_ended']);
		for (const { id } of [ana, ben]) {
			expect(it.heardBy(id).at(-1)).toMatchObject({
				type: 'session_ended',
				payload: { session_id: meetingId, reason: 'BLOCKED' },
			});
			expect(await it.friends.list(id)).toEqual([]);
		}
	});

	test('meetings with others go on', async () => {
		const meetingId = await anaAndBenMeet();
		const cleo = await it.account('cleo');
		await it.blocks.block(ana.id, cleo.id);
		expect((await it.meetings.find(meetingId))?.meeting.status).toBe('ACTIVE');
	});

	test.each(['his own', 'the other one’s'])('R7 %s open request is taken back', async (whose) => {
		const request = await (whose === 'his own' ? ask(ana, ben) : ask(ben, ana));
		const toCleo = await ask(ana, await it.account('cleo'));
		await it.blocks.block(ana.id, ben.id);
		for (const { id } of [ana, ben]) {
			expect((await it.requests.find(request.id, id))?.request.status).toBe('CANCELLED');
			expect(it.heardBy(id).at(-1)).toMatchObject({
				type: 'request_changed',
				payload: { id: request.id, status: 'CANCELLED' },
			});
		}
		expect((await it.requests.find(toCleo.id, ana.id))?.request.status).toBe('PENDING');
	});

	test('R3 what has expired before the block is not called taken back', async () => {
		const request = await ask(ana, ben);
		it.clock.nowMs += REQUEST_LIMITS.lifeMs;
		await it.blocks.block(ana.id, ben.id);
		expect((await it.requests.find(request.id, ana.id))?.request.status).toBe('EXPIRED');
	});

	test('blocking again changes nothing', async () => {
		const first = await it.blocks.block(ana.id, ben.id);
		it.clock.nowMs += 5_000;
		expect(await it.blocks.block(ana.id, ben.id)).toEqual(first);
		const rounds = await Promise.all(
			Array.from({ length: 20 }, () => it.blocks.block(ben.id, ana.id)),
		);
		expect(rounds.every(({ ok }) => ok)).toBe(true);
		expect(await database.db.select().from(schema.blocks)).toHaveLength(2);
		const audit = await database.db.select().from(schema.auditEvents);
		expect(audit.map(({ action }) => action)).toEqual(['person_blocked', 'person_blocked']);
	});

	test('the list is one’s own, the last one first', async () => {
		const cleo = await it.account('cleo');
		await it.blocks.block(ana.id, ben.id);
		it.clock.nowMs += 1_000;
		await it.blocks.block(ana.id, cleo.id);
		expect((await it.blocks.list(ana.id)).map(({ person }) => person)).toEqual([cleo, ben]);
		expect(await it.blocks.list(ben.id)).toEqual([]);
		expect(await it.blocks.list('nonsense')).toEqual([]);
	});

	test('oneself, strangers and nonsense can not be blocked', async () => {
		expect(await it.blocks.block(ana.id, ana.id.toUpperCase())).toEqual({
			ok: false,
			code: 'SELF_NOT_ALLOWED',
		});
		for (const id of [randomUUID(), 'nonsense', '', '%00'])
			expect(await it.blocks.block(ana.id, id)).toEqual({ ok: false, code: 'NOT_FOUND' });
	});

	test('unblocking is for who blocked, and they may ask each other again', async () => {
		await it.blocks.block(ana.id, ben.id);
		expect(await it.blocks.unblock(ben.id, ana.id)).toBe(false);
		expect(await it.blocks.unblock(ana.id, ben.id)).toBe(true);
		expect(await it.blocks.unblock(ana.id, ben.id)).toBe(false);
		expect(await it.blocks.unblock(ana.id, 'nonsense')).toBe(false);
		expect((await ask(ben, ana)).status).toBe('PENDING');
		expect(await it.friends.list(ana.id)).toEqual([]);
	});

	test('of a yes and a block at once no running meeting remains', async () => {
		const request = await ask(ana, ben);
		await Promise.all([
			...Array.from({ length: 10 }, () => it.requests.answer(request.id, ben.id, 'accept')),
			...Array.from({ length: 10 }, () => it.blocks.block(ana.id, ben.id)),
		]);
		expect(await it.meetings.activeOf(ana.id)).toEqual([]);
		expect(await database.db.select().from(schema.friendships)).toEqual([]);
	});

	test('of a question and a block at once no open request remains', async () => {
		await Promise.all(
			Array.from({ length: 20 }, (_, index) =>
				index % 2
					? it.blocks.block(ben.id, ana.id)
					: it.requests.send({ fromId: ana.id, toId: ben.id, note: null, destination: null }),
			),
		);
		expect(await it.requests.pendingOf(ana.id)).toEqual([]);
	});

	describe('invites', () => {
		test.each(['who invites', 'who is invited'])(
			'a link opens nothing where %s has blocked, but shows what it is',
			async (who) => {
				const { invite, meeting } = await it.meetings.start({ creatorId: ana.id });
				await (who === 'who invites'
					? it.blocks.block(ana.id, ben.id)
					: it.blocks.block(ben.id, ana.id));
				expect(await it.invites.redeem(invite.secret, ben.id)).toEqual({
					ok: false,
					code: 'INVITE_UNKNOWN',
				});
				expect((await it.invites.preview(invite.secret)).ok).toBe(true);
				const cleo = await it.account('cleo');
				expect(await it.invites.redeem(invite.secret, cleo.id)).toMatchObject({
					value: { id: meeting.id, status: 'ACTIVE' },
				});
			},
		);

		test('of joining and a block at once no running meeting remains', async () => {
			const { invite } = await it.meetings.start({ creatorId: ana.id });
			await Promise.all([
				it.invites.redeem(invite.secret, ben.id),
				it.blocks.block(ana.id, ben.id),
			]);
			expect(await it.meetings.activeOf(ben.id)).toEqual([]);
		});

		test('who joins and who waits both hear with whom, and both hear of the end', async () => {
			const { invite, meeting } = await it.meetings.start({ creatorId: ana.id });
			await it.invites.redeem(invite.secret, ben.id);
			await it.invites.redeem(invite.secret, ben.id);
			await it.meetings.change(meeting.id, {
				...{ type: 'end', by: ben.id, reason: '', atMs: it.clock.nowMs },
			});
			const started = (handle: string) => ({
				type: 'session_started',
				payload: { session: { id: meeting.id, status: 'ACTIVE' }, with: [{ handle }] },
			});
			const ended = {
				type: 'session_ended',
				payload: { session_id: meeting.id, reason: 'USER_ACTION' },
			};
			expect(it.heardBy(ana.id)).toMatchObject([started('ben'), ended]);
			expect(it.heardBy(ben.id)).toMatchObject([started('ana'), ended]);
		});

		test('who is removed hears that it is over for him, and only he', async () => {
			const { invite, meeting } = await it.meetings.start({ creatorId: ana.id });
			await it.invites.redeem(invite.secret, ben.id);
			await it.meetings.change(meeting.id, {
				...{ type: 'remove', by: ana.id, personId: ben.id, atMs: it.clock.nowMs },
			});
			expect(it.heardBy(ben.id).at(-1)).toMatchObject({ type: 'session_ended' });
			expect(it.heardBy(ana.id).map(({ type }) => type)).toEqual(['session_started']);
		});
	});
});
