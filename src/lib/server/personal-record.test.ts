import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { hashSecret } from './db/secrets';
import { DRIVERS, useTestDatabase } from './db/testing';
import { aLife, PLACE, rehearseAccounts, type AccountsRehearsal } from './testing-accounts';

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
