import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { REQUEST_LIMITS } from '$lib/meeting';
import { publicUser, requestToWire } from '$lib/protocol';
import * as schema from './db/schema';
import { DRIVERS, useTestDatabase } from './db/testing';
import { rehearseAsking, type Asking } from './testing';

const FOUNTAIN = { name: 'Fountain', lat: 48.1, lon: 11.6 };

describe.each(DRIVERS)('requests on %s', (driver) => {
	const database = useTestDatabase(driver);
	let { it, ana, ben, ask, anaAsks, audited } = {} as Asking;
	beforeEach(async () => {
		({ it, ana, ben, ask, anaAsks, audited } = await rehearseAsking(database.db));
	});

	describe('asking', () => {
		test('R1 both hear of it, and the device of who is asked', async () => {
			const view = await anaAsks({ note: 'Coffee?', destination: FOUNTAIN });
			expect(view).toEqual({
				request: {
					id: view.request.id,
					fromId: ana.id,
					toId: ben.id,
					status: 'PENDING',
					note: 'Coffee?',
					destination: FOUNTAIN,
					createdAtMs: it.clock.nowMs,
					expiresAtMs: it.clock.nowMs + REQUEST_LIMITS.lifeMs,
					answeredAtMs: null,
					meetingId: null,
				},
				from: ana,
				to: ben,
			});
			const news = { type: 'request_changed', payload: requestToWire(view.request, ana, ben) };
			expect(it.heardBy(ana.id)).toEqual([news]);
			expect(it.heardBy(ben.id)).toEqual([news]);
			expect(it.noticed).toEqual([
				{ personId: ben.id, kind: 'request_received', path: `/r/${view.request.id}` },
			]);
			expect(await audited()).toEqual(['request_sent']);
		});

		test('R5 asking again finds the open one as it is, and disturbs nobody', async () => {
			const view = await anaAsks({ note: 'Coffee?' });
			expect(await ask(ana, ben, { note: 'Tea?', destination: FOUNTAIN })).toEqual({
				ok: true,
				view,
				isNew: false,
			});
			expect(it.heardBy(ben.id)).toHaveLength(1);
			expect(it.noticed).toHaveLength(1);
		});

		test('R5 of 20 equal questions at once one is kept', async () => {
			const sent = await Promise.all(Array.from({ length: 20 }, () => ask(ana, ben)));
			expect(sent.filter((outcome) => outcome.ok && outcome.isNew)).toHaveLength(1);
			const ids = sent.map((outcome) => (outcome.ok ? outcome.view.request.id : outcome.code));
			expect(new Set(ids).size).toBe(1);
			expect(await database.db.select().from(schema.requests)).toHaveLength(1);
			expect(it.noticed).toHaveLength(1);
		});

		test('R5 who is asked already is told which one to answer', async () => {
			const { request } = await anaAsks();
			expect(await ask(ben, ana)).toEqual({
				ok: false,
				code: 'REQUEST_REVERSED',
				requestId: request.id,
			});
		});

		test('R5 of 20 who ask each other at once one has asked', async () => {
			const sent = await Promise.all(
				Array.from({ length: 20 }, (_, index) => (index % 2 ? ask(ana, ben) : ask(ben, ana))),
			);
			const [row, ...others] = await database.db.select().from(schema.requests);
			expect(others).toEqual([]);
			for (const outcome of sent)
				if (outcome.ok) expect(outcome.view.request.id).toBe(row?.id);
				else expect(outcome).toMatchObject({ code: 'REQUEST_REVERSED', requestId: row?.id });
		});

		test('oneself, strangers, guests and nonsense can not be asked', async () => {
			const guest = await it.people.createGuest('Gil');
			expect(await ask(ana, ana)).toEqual({ ok: false, code: 'SELF_NOT_ALLOWED' });
			expect(await ask(ana, { ...ana, id: ana.id.toUpperCase() })).toMatchObject({
				code: 'SELF_NOT_ALLOWED',
			});
			for (const id of [guest.id, randomUUID(), 'nonsense', '', '%00'])
				expect(await ask(ana, { ...ben, id })).toEqual({ ok: false, code: 'NOT_FOUND' });
		});

		test('a guest needs an account to ask', async () => {
			const guest = await it.people.createGuest('Gil');
			expect(await ask({ ...guest, handle: null }, ben)).toEqual({
				ok: false,
				code: 'ACCOUNT_NEEDED',
			});
		});

		test.each(['who was blocked', 'who blocked'])('R7 %s asks in vain', async (who) => {
			await (who === 'who blocked'
				? it.blocks.block(ana.id, ben.id)
				: it.blocks.block(ben.id, ana.id));
			expect(await ask(ana, ben)).toEqual({ ok: false, code: 'NOT_FOUND' });
		});

		test('R3 once it has expired one may ask again, and the old one is written off', async () => {
			const { request: old } = await anaAsks();
			it.clock.nowMs += REQUEST_LIMITS.lifeMs;
			const again = await ask(ben, ana);
			expect(again).toMatchObject({ ok: true, isNew: true, view: { from: ben, to: ana } });
			expect(await it.requests.find(old.id, ana.id)).toMatchObject({
				request: { status: 'EXPIRED', answeredAtMs: null },
			});
			expect(it.heardBy(ana.id)).toMatchObject([
				{ payload: { status: 'PENDING' } },
				{ payload: { id: old.id, status: 'EXPIRED' } },
				{ payload: { status: 'PENDING', from_user: publicUser(ben) } },
			]);
		});
	});

	describe('time', () => {
		test('R3 after ten minutes it can not be answered, and reads so at once', async () => {
			const { request } = await anaAsks();
			it.clock.nowMs += REQUEST_LIMITS.lifeMs - 1;
			expect(await it.requests.pendingOf(ben.id)).toHaveLength(1);
			it.clock.nowMs += 1;
			expect(await it.requests.answer(request.id, ben.id, 'accept')).toEqual({
				ok: false,
				code: 'REQUEST_EXPIRED',
			});
			expect(await it.requests.pendingOf(ben.id)).toEqual([]);
			expect((await it.requests.find(request.id, ana.id))?.request.status).toBe('EXPIRED');
			const expired = await it.requests.list(ana.id, { status: 'EXPIRED' });
			expect(expired.rows).toMatchObject([{ request: { id: request.id, status: 'EXPIRED' } }]);
			expect((await it.requests.list(ana.id, { status: 'PENDING' })).rows).toEqual([]);
		});

		test('R3 the worker writes it down once and tells both', async () => {
			const { request } = await anaAsks();
			it.clock.nowMs += REQUEST_LIMITS.lifeMs - 1;
			expect(await it.requests.expireOverdue()).toBe(0);
			it.clock.nowMs += 1;
			const rounds = await Promise.all(
				Array.from({ length: 5 }, () => it.requests.expireOverdue()),
			);
			expect(rounds.reduce((sum, count) => sum + count)).toBe(1);
			for (const { id } of [ana, ben])
				expect(it.heardBy(id)[1]).toMatchObject({
					type: 'request_changed',
					payload: { id: request.id, status: 'EXPIRED', answered_at: null },
				});
			const [row] = await database.db
				.select()
				.from(schema.requests)
				.where(eq(schema.requests.id, request.id));
			expect(row?.status).toBe('EXPIRED');
			expect(await audited()).toEqual(['request_sent', 'request_expired']);
		});
	});

	describe('lists', () => {
		test('page by page every request comes once, the newest first', async () => {
			const others = await Promise.all(
				Array.from({ length: 7 }, (_, index) => it.account(`friend_${index}`)),
			);
			// Two at the same instant, so that the id has to decide.
			for (const [index, other] of others.entries()) {
				await (index % 2 ? ask(ana, other) : ask(other, ana));
				if (index !== 3) it.clock.nowMs += 1_000;
			}
			await ask(ben, others[0] ?? ben);
			const seen: string[] = [];
			let cursor: string | null = null;
			let pages = 0;
			do {
				const page = await it.requests.list(ana.id, {
					limit: 3,
					...(cursor !== null && { cursor }),
				});
				seen.push(...page.rows.map(({ request }) => request.id));
				cursor = page.nextCursor;
				pages++;
			} while (cursor !== null);
			expect(pages).toBe(3);
			const all = await it.requests.list(ana.id, {});
			expect(all.nextCursor).toBeNull();
			expect(seen).toEqual(all.rows.map(({ request }) => request.id));
			expect(new Set(seen).size).toBe(7);
			const times = all.rows.map(({ request }) => request.createdAtMs);
			expect(times).toEqual([...times].sort((a, b) => b - a));
		});

		test('by direction and by status', async () => {
			const cleo = await it.account('cleo');
			const { request } = await anaAsks();
			await ask(cleo, ana);
			await it.requests.answer(request.id, ben.id, 'decline');
			const handles = async (wish: Parameters<typeof it.requests.list>[1]) =>
				(await it.requests.list(ana.id, wish)).rows.map(({ from, to }) => [from.handle, to.handle]);
			expect(await handles({ direction: 'outgoing' })).toEqual([['ana', 'ben']]);
			expect(await handles({ direction: 'incoming' })).toEqual([['cleo', 'ana']]);
			expect(await handles({ status: 'REJECTED' })).toEqual([['ana', 'ben']]);
			expect(await handles({ status: 'PENDING', direction: 'outgoing' })).toEqual([]);
			expect(await it.requests.pendingOf(ana.id)).toMatchObject([{ from: cleo, to: ana }]);
		});

		test('what is no cursor of ours begins at the beginning', async () => {
			await anaAsks();
			for (const cursor of ['', 'nonsense', '%00', 'x'.repeat(10_000)])
				expect((await it.requests.list(ana.id, { cursor })).rows).toHaveLength(1);
		});
	});
});
