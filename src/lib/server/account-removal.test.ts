import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { createAccounts } from './accounts';
import { personChannel } from './bus/bus';
import { meetings as meetingRows } from './db/schema';
import { DRIVERS, TABLES, useTestDatabase } from './db/testing';
import {
	aLife,
	PLACE,
	refusal,
	rehearseAccounts,
	type AccountsRehearsal,
} from './testing-accounts';

describe.each(DRIVERS)('deleting an account on %s', (driver) => {
	const database = useTestDatabase(driver);
	let it: AccountsRehearsal;
	beforeEach(() => {
		it = rehearseAccounts(database.db);
	});

	/** All rows of every table there is. */
	const everything = async () =>
		JSON.stringify(await Promise.all(TABLES.map((table) => database.db.select().from(table))));

	test('ends its meetings, tells who was asked, closes its sockets, and leaves nothing', async () => {
		const { ana, ben, meeting, requestId } = await aLife(it);
		await it.meetings.start({ creatorId: ana.account.id });
		const hersOnly = [
			ana.account.id,
			ana.login.id,
			'"ana"',
			PLACE.name,
			'"Home"',
			'Tea?',
			'push.example',
		];
		const before = await everything();
		for (const trace of hersOnly) expect(before).toContain(trace);
		it.heard.length = 0;
		await it.accounts.remove(ana.account.id);
		await it.accounts.remove(ana.account.id);

		expect(it.said(meeting.id).at(-1)).toMatchObject({
			type: 'session_ended',
			payload: { reason: 'USER_ACTION' },
		});
		const news = it.heard.filter(({ channel }) => channel === personChannel(ben.account.id));
		expect(news).toMatchObject([
			{ event: { news: { payload: { id: requestId, status: 'CANCELLED' } } } },
		]);
		const hers = it.heard.filter(({ channel }) => channel === personChannel(ana.account.id));
		expect(hers.map(({ event }) => event.kind)).toEqual(['person_deleted']);
		expect(await it.auth.validate(ana.token)).toBeNull();

		const left = await everything();
		for (const trace of hersOnly) expect(left).not.toContain(trace);
		// The one that was Ben's as well stays in his history; the one nobody joined is gone.
		expect(await database.db.select().from(meetingRows)).toMatchObject([
			{ id: meeting.id, status: 'ENDED', createdBy: null },
		]);
		expect(await it.deeds()).toContain('account_deleted');
		expect(await it.accounts.logIn(it.wish('ana'))).toEqual(refusal('WRONG_CREDENTIALS'));
		expect(await it.accounts.register(it.wish('ana'))).toMatchObject({ ok: true });
	});

	test('takes back the words by which it ended meetings, and not those of others', async () => {
		const ana = await it.registered('ana');
		const ben = await it.registered('ben');
		const endedBy = async (by: string, reason: string) => {
			const { meeting, invite } = await it.meetings.start({ creatorId: ana.account.id });
			await it.invites.redeem(invite.secret, ben.account.id);
			const atMs = it.clock.nowMs;
			await it.meetings.change(meeting.id, { type: 'end', by, reason, atMs });
			return meeting.id;
		};
		const hers = await endedBy(ana.account.id, 'off to Tallinn');
		const his = await endedBy(ben.account.id, 'it rains');
		await it.accounts.remove(ana.account.id);
		const rows = await database.db.select().from(meetingRows);
		expect(new Map(rows.map(({ id, endReason }) => [id, endReason]))).toEqual(
			new Map([
				[hers, 'USER_ACTION'],
				[his, 'it rains'],
			]),
		);
	});

	test('tells who asked, too', async () => {
		const ana = await it.registered('ana');
		const ben = await it.registered('ben');
		await it.ask(ben.account.id, ana.account.id);
		await it.accounts.remove(ana.account.id);
		expect(it.heard.map(({ channel, event }) => [channel, event.kind])).toEqual([
			[personChannel(ben.account.id), 'news'],
			[personChannel(ana.account.id), 'person_deleted'],
		]);
	});

	test('also ends what is begun while it is under way', async () => {
		const { account } = await it.registered('ana');
		const ben = await it.registered('ben');
		let looks = 0;
		const meetings = {
			...it.meetings,
			async activeOf(personId: string) {
				const running = await it.meetings.activeOf(personId);
				if (++looks === 1) await it.meetings.start({ creatorId: personId });
				return running;
			},
		};
		const busy = createAccounts({ ...it.accountsDeps, meetings });
		await it.ask(ben.account.id, account.id);
		await busy.remove(account.id);
		expect(looks).toBe(2);
		expect(await it.accounts.me(account.id)).toBeNull();
		expect(await database.db.select().from(meetingRows)).toEqual([]);
		expect(await it.deeds()).toContain('meeting_ended');
	});

	test('of nobody does nothing', async () => {
		for (const id of ['x', randomUUID()]) await it.accounts.remove(id);
		expect(it.heard).toEqual([]);
		expect(await it.deeds()).toEqual([]);
	});
});
