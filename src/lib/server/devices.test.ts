import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { DRIVERS, useTestDatabase } from './db/testing';
import { rehearseAccounts, type AccountsRehearsal } from './testing-accounts';

describe.each(DRIVERS)('devices on %s', (driver) => {
	const database = useTestDatabase(driver);
	let it: AccountsRehearsal;
	beforeEach(() => {
		it = rehearseAccounts(database.db);
	});

	test('are listed with a label, the newest first, and never with what is in the database', async () => {
		const { account, login } = await it.registered('ana');
		await it.another('ana');
		const devices = await it.accounts.devices(account.id, login.id);
		expect(devices.map(({ label, isCurrent }) => [label, isCurrent])).toEqual([
			['', false],
			['Firefox on Linux', true],
		]);
		expect(JSON.stringify(devices)).not.toContain(login.id);
	});

	test('one is logged out, and its sockets close', async () => {
		const { account, login } = await it.registered('ana');
		const { id: lostId } = await it.another('ana');
		const devices = await it.accounts.devices(account.id, login.id);
		const lost = devices.find(({ isCurrent }) => !isCurrent)?.id ?? '';
		expect(await it.accounts.revoke(account.id, lost)).toBe(true);
		expect(await it.accounts.revoke(account.id, lost)).toBe(false);
		expect(it.revoked(account.id)).toEqual([lostId]);
		expect(await it.accounts.devices(account.id, login.id)).toHaveLength(1);
		expect(await it.deeds()).toContain('login_revoked');
	});

	test('of somebody else are nobody’s to log out', async () => {
		const ana = await it.registered('ana');
		const ben = await it.registered('ben');
		const [device] = await it.accounts.devices(ben.account.id, ben.login.id);
		for (const id of [device?.id ?? '', ben.login.id, 'x', randomUUID()])
			expect(await it.accounts.revoke(ana.account.id, id)).toBe(false);
		await it.accounts.logOut(ana.account.id, ben.login.id);
		expect(await it.auth.validate(ben.token)).not.toBeNull();
		expect(it.heard).toEqual([]);
	});

	test('all but this one', async () => {
		const { account, login } = await it.registered('ana');
		const others = [await it.another('ana'), await it.another('ana')];
		expect(await it.accounts.revokeOthers(account.id, login.id)).toBe(2);
		expect(await it.accounts.revokeOthers(account.id, login.id)).toBe(0);
		expect(it.revoked(account.id)).toEqual(others.map(({ id }) => id).sort());
	});

	test('logging out ends this login, and closes its sockets', async () => {
		const { account, login, token } = await it.registered('ana');
		await it.accounts.logOut(account.id, login.id);
		await it.accounts.logOut(account.id, login.id);
		expect(await it.auth.validate(token)).toBeNull();
		expect(it.revoked(account.id)).toEqual([login.id]);
		expect(await it.deeds()).toEqual(['account_created', 'logged_out']);
	});
});
