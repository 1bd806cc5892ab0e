import { randomUUID } from 'node:crypto';
import { getTableConfig } from 'drizzle-orm/pg-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { hashSecret } from './db/secrets';
import { DRIVERS, TABLES, useTestDatabase } from './db/testing';
import { aLife, PLACE, rehearseAccounts, type AccountsRehearsal } from './testing-accounts';

/** Where the export tells what a table holds about a person. */
const TOLD_IN: Record<string, string> = {
	users: 'profile',
	logins: 'devices',
	meetings: 'sessions',
	participants: 'sessions',
	invites: 'invites',
	requests: 'requests',
	friendships: 'friends',
	blocks: 'blocks',
	saved_places: 'places',
	push_subscriptions: 'push_subscriptions',
	audit_events: 'events',
};
/** Holds nobody's name, and answers that only the caller's key opens. */
const OF_NOBODY = 'idempotency_keys';

describe.each(DRIVERS)('the export on %s', (driver) => {
	const database = useTestDatabase(driver);
	let it: AccountsRehearsal;
	beforeEach(() => {
		it = rehearseAccounts(database.db);
	});

	test('has everything that is held, and no secret', async () => {
		const { ana, ben, meeting, invite, requestId } = await aLife(it);
		const record = await it.accounts.export(ana.account.id);
		const theOther = { id: ben.account.id, handle: 'ben', display_name: 'ben' };
		expect(record).toMatchObject({
			profile: { id: ana.account.id, handle: 'ana', display_name: 'ana', has_password: true },
			devices: [{ label: 'Firefox on Linux' }],
			sessions: [{ id: meeting.id, status: 'ACTIVE', with: [theOther], destination: PLACE }],
			invites: [{ id: invite.id, session_id: meeting.id }],
			requests: [{ id: requestId, note: 'Tea?', to_user: theOther }],
			friends: [{ user: theOther }],
			blocks: [{ user: { handle: 'eve' } }],
			places: [{ ...PLACE, name: 'Home' }],
			push_subscriptions: 1,
		});
		const text = JSON.stringify(record);
		const secrets = ['argon2', ana.login.id, ana.token, invite.secret, 'push.example', 'p256'];
		for (const secret of [...secrets, hashSecret(invite.secret)])
			expect(text).not.toContain(secret);
		expect(text).not.toMatch(/AtMs|_hash/);
		expect(await it.deeds()).toContain('data_exported');
	});

	test('leaves no table out', async () => {
		const tables = TABLES.map((table) => getTableConfig(table).name);
		expect(tables.sort()).toEqual([...Object.keys(TOLD_IN), OF_NOBODY].sort());
		const { ana } = await aLife(it);
		const record = Object.entries(await it.accounts.export(ana.account.id));
		for (const section of Object.values(TOLD_IN)) {
			const told: unknown = record.find(([name]) => name === section)?.[1];
			expect([undefined, null, 0, []], section).not.toContainEqual(told);
		}
	});

	test('does not say where the other one wanted to meet', async () => {
		const { ana, ben, meeting } = await aLife(it);
		const destination = { ...PLACE, name: 'The bridge' };
		const by = ben.account.id;
		const atMs = it.clock.nowMs + 1;
		await it.meetings.change(meeting.id, { type: 'set_destination', by, destination, atMs });
		const sessions = [{ id: meeting.id, destination: null }];
		expect(await it.accounts.export(ana.account.id)).toMatchObject({ sessions });
		const his = [{ id: meeting.id, destination }];
		expect(await it.accounts.export(ben.account.id)).toMatchObject({ sessions: his });
	});

	test.each(['x', randomUUID()])('of nobody is empty: %s', async (id) => {
		expect(await it.accounts.export(id)).toEqual({});
	});
});
