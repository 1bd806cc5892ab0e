import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { logins } from '$lib/server/db/schema';
import { hashSecret, newSecret } from '$lib/server/db/secrets';
import { DRIVERS, useTestDatabase } from '$lib/server/db/testing';
import { insertPerson } from '$lib/server/db/people';
import type { Auth } from './auth';
import { createAuth } from './lucia-auth';

const ANA = '0b7e6c3a-5d0e-4f57-9d0c-1a2b3c4d5e6f';
const DAY_MS = 24 * 60 * 60_000;
const NOTHING = {
	cookieHeader: null,
	authorizationHeader: null,
	queryToken: null,
	isSecure: false,
};

describe.each(DRIVERS)('logins on %s', (driver) => {
	const database = useTestDatabase(driver);
	let auth: Auth;
	beforeEach(async () => {
		auth = createAuth(database.db);
		const ana = { id: ANA, kind: 'guest', displayName: 'Ana' } as const;
		await database.db.transaction((tx) => insertPerson(tx, ana, Date.now()));
	});
	afterEach(() => void vi.useRealTimers());

	test('a login is good for 30 days and knows its person', async () => {
		at('2026-05-01T12:00:00Z');
		const { token, login } = await auth.logIn(ANA);
		expect(login).toEqual({
			id: hashSecret(token),
			personId: ANA,
			displayName: 'Ana',
			kind: 'guest',
			isExternal: false,
			expiresAtMs: Date.now() + 30 * DAY_MS,
			fresh: true,
		});
		expect(await auth.validate(token)).toEqual({ ...login, fresh: false });
	});

	test('every login has a token of its own, 256 bits of it', async () => {
		const tokens = await Promise.all(Array.from({ length: 5 }, () => auth.logIn(ANA)));
		expect(new Set(tokens.map(({ token }) => token)).size).toBe(5);
		for (const { token } of tokens) expect(Buffer.from(token, 'base64url')).toHaveLength(32);
	});

	test('the database holds the hash of a token and never the token', async () => {
		const { token } = await auth.logIn(ANA);
		const everything = JSON.stringify(await database.db.select().from(logins));
		expect(everything).toContain(hashSecret(token));
		expect(everything).not.toContain(token);
	});

	test('of a device only its label is kept', async () => {
		const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
		await auth.logIn(ANA, firefox);
		await auth.logIn(ANA);
		const rows = await database.db.select().from(logins);
		expect(rows.map(({ device }) => device).sort()).toEqual(['', 'Firefox on Linux']);
		expect(JSON.stringify(rows)).not.toContain('Gecko');
	});

	test('a login made in a transaction is gone with it', async () => {
		const made = database.db.transaction(async (tx) => {
			await auth.logIn(ANA, null, tx);
			throw new Error('no');
		});
		await expect(made).rejects.toThrow('no');
		expect(await database.db.select().from(logins)).toEqual([]);
	});

	test('what the database holds logs nobody in', async () => {
		const { login } = await auth.logIn(ANA);
		expect(await auth.validate(login.id)).toBeNull();
	});

	test('a login used in its second half is prolonged and says so; in its first it is not', async () => {
		at('2026-05-01T12:00:00Z');
		const { token } = await auth.logIn(ANA);
		at('2026-05-16T11:59:59Z');
		expect(await auth.validate(token)).toMatchObject({ fresh: false });
		at('2026-05-16T12:00:01Z');
		const expiresAtMs = Date.now() + 30 * DAY_MS;
		expect(await auth.validate(token)).toMatchObject({ fresh: true, expiresAtMs });
		expect(await auth.validate(token)).toMatchObject({ fresh: false, expiresAtMs });
	});

	test('an expired login is none, and its row is gone', async () => {
		at('2026-05-01T12:00:00Z');
		const { token, login } = await auth.logIn(ANA);
		at('2026-05-31T12:00:00Z');
		expect(await auth.validate(token)).toBeNull();
		expect(await database.db.select().from(logins).where(eq(logins.id, login.id))).toEqual([]);
	});

	test('logging out ends this login and no other', async () => {
		const phone = await auth.logIn(ANA);
		const laptop = await auth.logIn(ANA);
		await auth.logOut(phone.login.id);
		await auth.logOut('no such login');
		expect(await auth.validate(phone.token)).toBeNull();
		expect(await auth.validate(laptop.token)).toMatchObject({ personId: ANA });
	});

	test('a header, an address and both cookies are taken', async () => {
		const { token } = await auth.logIn(ANA);
		const ways = [
			{ by: 'token', authorizationHeader: `Bearer ${token}` },
			{ by: 'token', authorizationHeader: `bearer ${token}` },
			{ by: 'token', queryToken: token },
			{ by: 'cookie', cookieHeader: `meetup_login=${token}` },
			{
				by: 'cookie',
				isSecure: true,
				cookieHeader: `a=%E0%A4%A; __Host-meetup_login=${token}; meetup_login=stale`,
			},
		];
		for (const { by, ...way } of ways)
			expect(await auth.authenticate({ ...NOTHING, ...way })).toMatchObject({
				by,
				token,
				login: { personId: ANA },
			});
	});

	test('over HTTPS a plain cookie is nobody: a neighbouring site may have planted it', async () => {
		const { token } = await auth.logIn(ANA);
		const cookieHeader = `meetup_login=${token}`;
		expect(await auth.authenticate({ ...NOTHING, cookieHeader, isSecure: true })).toBeNull();
		const prefixed = `__Host-meetup_login=${token}`;
		expect(await auth.authenticate({ ...NOTHING, cookieHeader: prefixed })).toBeNull();
	});

	test('who names a token means it: a wrong one is not made good by a cookie', async () => {
		const { token } = await auth.logIn(ANA);
		const cookieHeader = `meetup_login=${token}`;
		for (const named of [
			{ authorizationHeader: `Bearer ${newSecret()}` },
			{ queryToken: newSecret() },
			{ queryToken: '' },
		])
			expect(await auth.authenticate({ ...NOTHING, cookieHeader, ...named })).toBeNull();
		const basic = { ...NOTHING, cookieHeader, authorizationHeader: 'Basic YTpi' };
		expect(await auth.authenticate(basic)).toMatchObject({ by: 'cookie' });
	});

	test.each([
		'',
		'%',
		'=',
		';;;',
		'meetup_login',
		'meetup_login=',
		'meetup_login=%E0%A4%A',
		`meetup_login=${'x'.repeat(10_000)}`,
		"meetup_login=' or 1=1 --",
		'meetup_login=\0',
		'Bearer',
		'Bearer  ',
		'Bearer a b',
	])('garbage logs nobody in and throws nothing: %j', async (garbage) => {
		expect(
			await auth.authenticate({ ...NOTHING, cookieHeader: garbage, authorizationHeader: garbage }),
		).toBeNull();
		expect(await auth.authenticate({ ...NOTHING, queryToken: garbage })).toBeNull();
		expect(await auth.validate(garbage)).toBeNull();
	});

	test('a cookie is for this host, for the server only, and by HTTPS where the page is', () => {
		const options = { path: '/', httpOnly: true, sameSite: 'lax', maxAge: 30 * 24 * 60 * 60 };
		expect(auth.cookie('t', true)).toEqual({
			name: '__Host-meetup_login',
			value: 't',
			options: { ...options, secure: true },
		});
		expect(auth.cookie('t', false)).toEqual({
			name: 'meetup_login',
			value: 't',
			options: { ...options, secure: false },
		});
	});
});

/** Lucia reads the clock itself. Only `Date` is ours: the database's sockets need real timers. */
function at(time: string): void {
	vi.useFakeTimers({ toFake: ['Date'], now: new Date(time) });
}
