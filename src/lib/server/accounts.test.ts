import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { friendships, logins, users } from './db/schema';
import { DRIVERS, useTestDatabase } from './db/testing';
import {
	FIREFOX,
	PASSWORD,
	refusal,
	rehearseAccounts,
	type AccountsRehearsal,
} from './testing-accounts';

describe.each(DRIVERS)('accounts on %s', (driver) => {
	const database = useTestDatabase(driver);
	let it: AccountsRehearsal;
	beforeEach(() => {
		it = rehearseAccounts(database.db);
	});

	describe('registering', () => {
		test('makes an account that is logged in, and keeps a hash of the password only', async () => {
			const { account, login } = await it.registered('ana');
			expect(account).toEqual({
				id: login.personId,
				kind: 'account',
				displayName: 'ana',
				handle: 'ana',
				searchable: true,
				createdAtMs: it.clock.nowMs,
				hasPassword: true,
			});
			expect(await it.accounts.me(account.id)).toEqual(account);
			const row = await it.rowOf(account.id);
			expect(row?.passwordHash).toMatch(/^\$argon2id\$/);
			expect(JSON.stringify(row)).not.toContain(PASSWORD);
			expect(await it.deeds()).toEqual(['account_created']);
		});

		test('of twenty who want one handle at once one gets it', async () => {
			const outcomes = await Promise.all(
				Array.from({ length: 20 }, (_, index) =>
					it.accounts.register(it.wish('ana', `Ana ${index}`)),
				),
			);
			expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
			expect(outcomes.filter(({ ok }) => !ok)).toEqual(Array(19).fill(refusal('HANDLE_TAKEN')));
			expect(await database.db.select().from(users)).toHaveLength(1);
			expect(await database.db.select().from(logins)).toHaveLength(1);
			expect(await it.deeds()).toEqual(['account_created']);
		});

		test('with a password that everybody has is refused', async () => {
			const common = { ...it.wish('ana'), password: 'Password' };
			expect(await it.accounts.register(common)).toEqual(refusal('PASSWORD_TOO_COMMON'));
			expect(await database.db.select().from(users)).toEqual([]);
		});
	});

	describe('logging in', () => {
		test('by handle and password, with a login of its own each time', async () => {
			const { account } = await it.registered('ana');
			const outcome = await it.accounts.logIn({ ...it.wish('ana'), userAgent: FIREFOX });
			expect(outcome).toMatchObject({ ok: true, value: { account } });
			expect(JSON.stringify(outcome)).not.toContain('argon2');
			expect(await it.accounts.devices(account.id, '')).toHaveLength(2);
			expect(await it.deeds()).toEqual(['account_created', 'logged_in']);
		});

		test('answers the same to a wrong password, an unknown handle and one without a password', async () => {
			await it.registered('ana');
			const outside = { id: randomUUID(), kind: 'account', displayName: 'Ben' } as const;
			const row = { ...outside, handle: 'ben', createdAtMs: it.clock.nowMs };
			await database.db.insert(users).values(row);
			for (const who of [
				{ handle: 'ana', password: 'five cups of tea' },
				it.wish('eve'),
				it.wish('ben'),
			])
				expect(await it.accounts.logIn({ ...who, userAgent: null })).toEqual(
					refusal('WRONG_CREDENTIALS'),
				);
			expect(await it.deeds()).toEqual(['account_created']);
		});

		test('computes as much for a handle that is not there', async () => {
			const verify = vi.spyOn(it.auth, 'verifyPassword');
			await it.accounts.logIn(it.wish('nobody'));
			expect(verify.mock.calls).toEqual([[null, PASSWORD]]);
		});

		test('with a password that is changed meanwhile does not get in', async () => {
			const { account, login } = await it.registered('ana');
			const change = { current: PASSWORD, next: 'a long walk home' };
			vi.spyOn(it.auth, 'verifyPassword').mockImplementationOnce(async () => {
				await it.accounts.change(account.id, login.id, { password: change });
				return true;
			});
			expect(await it.accounts.logIn(it.wish('ana'))).toEqual(refusal('WRONG_CREDENTIALS'));
			expect(await it.accounts.devices(account.id, login.id)).toHaveLength(1);
		});
	});

	describe('a guest who stays', () => {
		test('becomes an account in place: same logins, same meeting, and a friend', async () => {
			const { ana, ben, meeting } = await it.anaAndBen();
			const { token, login } = await it.auth.logIn(ben.id);
			const outcome = await it.accounts.keep(ben.id, { handle: 'ben', password: PASSWORD });
			expect(outcome).toMatchObject({
				ok: true,
				value: { id: ben.id, kind: 'account', handle: 'ben', displayName: 'Ben' },
			});
			expect(await it.auth.validate(token)).toMatchObject({ id: login.id, kind: 'account' });
			expect(await it.meetings.find(meeting.id)).toMatchObject({ meeting: { status: 'ACTIVE' } });
			const pairs = await database.db.select().from(friendships);
			expect(pairs.map(({ userId, friendId }) => [userId, friendId]).sort()).toEqual(
				[
					[ana.id, ben.id],
					[ben.id, ana.id],
				].sort(),
			);
			expect(await it.deeds()).toContain('guest_kept');
			expect(await it.another('ben')).toMatchObject({ personId: ben.id });
		});

		test('may be called otherwise from now on', async () => {
			const { id } = await it.people.createGuest('Ben');
			const kept = { handle: 'ben', password: PASSWORD, displayName: 'Benno' };
			expect(await it.accounts.keep(id, kept)).toMatchObject({ value: { displayName: 'Benno' } });
		});

		test('is refused a taken handle and a common password, and stays a guest', async () => {
			await it.registered('ana');
			const { id } = await it.people.createGuest('Ana');
			const kept = await it.accounts.keep(id, { handle: 'ana', password: PASSWORD });
			expect(kept).toEqual(refusal('HANDLE_TAKEN'));
			const common = await it.accounts.keep(id, { handle: 'anna', password: 'password1' });
			expect(common).toEqual(refusal('PASSWORD_TOO_COMMON'));
			expect(await it.accounts.me(id)).toMatchObject({ kind: 'guest', handle: null });
		});

		test('does so once, however often he presses', async () => {
			const { id } = await it.people.createGuest('Ben');
			const kept = await Promise.all(
				Array.from({ length: 20 }, (_, index) =>
					it.accounts.keep(id, { handle: `ben${index}`, password: PASSWORD }),
				),
			);
			expect(kept.filter(({ ok }) => ok)).toHaveLength(1);
			expect(kept.filter(({ ok }) => !ok)).toEqual(Array(19).fill(refusal('NOT_A_GUEST')));
			expect((await it.deeds()).filter((deed) => deed === 'guest_kept')).toHaveLength(1);
		});

		test('together with the other one: both stay, and are friends', async () => {
			const { ana, ben } = await it.anaAndBen();
			const kept = await Promise.all(
				[ana, ben].map(({ id, displayName }) =>
					it.accounts.keep(id, { handle: displayName.toLowerCase(), password: PASSWORD }),
				),
			);
			expect(kept.map(({ ok }) => ok)).toEqual([true, true]);
			expect(await database.db.select().from(friendships)).toHaveLength(2);
		});

		test.each(['', 'x', randomUUID()])('is nobody by the id %j', async (id) => {
			expect(await it.accounts.keep(id, it.wish('ben'))).toEqual(refusal('NOT_A_GUEST'));
			expect(await it.accounts.me(id)).toBeNull();
		});
	});

	describe('changing', () => {
		test('a name and being found, each by itself, and what is not named stays', async () => {
			const { account, login } = await it.registered('ana');
			const change = (what: Parameters<AccountsRehearsal['accounts']['change']>[2]) =>
				it.accounts.change(account.id, login.id, what);
			expect(await change({ displayName: 'Ana' })).toEqual({
				ok: true,
				value: { ...account, displayName: 'Ana' },
			});
			expect(await change({ searchable: false })).toEqual({
				ok: true,
				value: { ...account, displayName: 'Ana', searchable: false },
			});
			expect(await change({})).toMatchObject({ value: { displayName: 'Ana' } });
			expect(await it.deeds()).toEqual(['account_created', 'name_changed', 'searchable_changed']);
			expect(it.heard).toEqual([]);
		});

		test('the password logs every other device out at once', async () => {
			const { account, login } = await it.registered('ana');
			const others = [await it.another('ana'), await it.another('ana')];
			const password = { current: PASSWORD, next: 'a long walk home' };
			const changed = await it.accounts.change(account.id, login.id, { password });
			expect(changed).toEqual({ ok: true, value: account });
			expect(it.revoked(account.id)).toEqual(others.map(({ id }) => id).sort());
			expect(await it.accounts.devices(account.id, login.id)).toMatchObject([{ isCurrent: true }]);
			expect(await it.accounts.logIn(it.wish('ana'))).toEqual(refusal('WRONG_CREDENTIALS'));
			const fresh = { ...it.wish('ana'), password: password.next };
			expect(await it.accounts.logIn(fresh)).toMatchObject({ ok: true });
			expect(await it.deeds()).toContain('password_changed');
		});

		test('with a wrong password, or to a common one, changes nothing', async () => {
			const { account, login } = await it.registered('ana');
			const change = (current: string, next: string) =>
				it.accounts.change(account.id, login.id, {
					displayName: 'Eve',
					password: { current, next },
				});
			expect(await change('wrong', 'a long walk home')).toEqual(refusal('WRONG_PASSWORD'));
			expect(await change(PASSWORD, '12345678')).toEqual(refusal('PASSWORD_TOO_COMMON'));
			expect(await it.accounts.me(account.id)).toEqual(account);
			expect(await it.another('ana')).toMatchObject({ personId: account.id });
		});

		test('of a guest may be the name, but there is no password to change', async () => {
			const { id } = await it.people.createGuest('Ana');
			const { login } = await it.auth.logIn(id);
			const password = { current: '', next: 'a long walk home' };
			expect(await it.accounts.change(id, login.id, { password })).toEqual(
				refusal('WRONG_PASSWORD'),
			);
			const renamed = await it.accounts.change(id, login.id, { displayName: 'Anna' });
			expect(renamed).toMatchObject({ ok: true, value: { displayName: 'Anna', kind: 'guest' } });
		});

		test.each(['x', randomUUID()])('nobody is not found: %s', async (id) => {
			const changed = await it.accounts.change(id, '', { displayName: 'Eve' });
			expect(changed).toEqual(refusal('NOT_FOUND'));
		});
	});
});
