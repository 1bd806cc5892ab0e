import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { createAccounts, type Accounts, type LoggedIn } from './accounts';
import { createAuth } from './auth';
import type { Auth, Login } from './auth/auth';
import { personChannel, type BusEvent, type Channel } from './bus/bus';
import {
	auditEvents,
	blocks,
	friendships,
	logins,
	meetings as meetingRows,
	pushSubscriptions,
	requests,
	savedPlaces,
	users,
} from './db/schema';
import { hashSecret } from './db/secrets';
import { DRIVERS, useTestDatabase } from './db/testing';
import { rehearse, type Rehearsal } from './testing';

const PASSWORD = 'four cups of tea';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const PLACE = { name: 'The fountain', lat: 52.5219, lon: 13.4132 };
const MINUTE_MS = 60_000;

describe.each(DRIVERS)('accounts on %s', (driver) => {
	const database = useTestDatabase(driver);
	let it: Rehearsal;
	let auth: Auth;
	let accounts: Accounts;
	let heard: { channel: Channel; event: BusEvent }[];
	beforeEach(() => {
		it = rehearse(database.db);
		auth = createAuth(database.db);
		heard = [];
		const bus = {
			publish: (channel: Channel, event: BusEvent) => void heard.push({ channel, event }),
		};
		accounts = createAccounts({ ...it.deps, bus, auth, meetings: it.meetings });
	});

	const wish = (handle: string, displayName = handle) => ({
		handle,
		displayName,
		password: PASSWORD,
		userAgent: FIREFOX,
	});
	async function registered(handle: string): Promise<LoggedIn & { login: Login }> {
		const outcome = await accounts.register(wish(handle));
		if (!outcome.ok) throw new Error(outcome.code);
		return { ...outcome.value, login: await loginOf(outcome.value.token) };
	}
	async function loginOf(token: string): Promise<Login> {
		const login = await auth.validate(token);
		if (!login) throw new Error('nobody is logged in');
		return login;
	}
	async function another(handle: string): Promise<Login> {
		const outcome = await accounts.logIn({ handle, password: PASSWORD, userAgent: null });
		if (!outcome.ok) throw new Error(outcome.code);
		return loginOf(outcome.value.token);
	}
	const deeds = async () =>
		(await database.db.select().from(auditEvents)).map(({ action }) => action).sort();
	const revoked = (personId: string) =>
		heard
			.filter(({ channel }) => channel === personChannel(personId))
			.flatMap(({ event }) => (event.kind === 'login_revoked' ? [event.loginId] : []))
			.sort();
	const rowOf = async (personId: string) =>
		(await database.db.select().from(users).where(eq(users.id, personId)))[0];
	async function ask(fromUserId: string, toUserId: string): Promise<string> {
		const id = randomUUID();
		const { nowMs } = it.clock;
		await database.db.insert(requests).values({
			...{ id, fromUserId, toUserId, status: 'PENDING', note: 'Tea?' },
			...{ createdAtMs: nowMs, expiresAtMs: nowMs + 10 * MINUTE_MS },
		});
		return id;
	}

	describe('registering', () => {
		test('makes an account that is logged in, and keeps a hash of the password only', async () => {
			const { account, login } = await registered('ana');
			expect(account).toEqual({
				id: login.personId,
				kind: 'account',
				displayName: 'ana',
				handle: 'ana',
				searchable: true,
				createdAtMs: it.clock.nowMs,
				hasPassword: true,
			});
			expect(await accounts.me(account.id)).toEqual(account);
			const row = await rowOf(account.id);
			expect(row?.passwordHash).toMatch(/^\$argon2id\$/);
			expect(JSON.stringify(row)).not.toContain(PASSWORD);
			expect(await deeds()).toEqual(['account_created']);
		});

		test('of twenty who want one handle at once one gets it', async () => {
			const outcomes = await Promise.all(
				Array.from({ length: 20 }, (_, index) => accounts.register(wish('ana', `Ana ${index}`))),
			);
			expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
			expect(outcomes.filter(({ ok }) => !ok)).toEqual(Array(19).fill(refusal('HANDLE_TAKEN')));
			expect(await database.db.select().from(users)).toHaveLength(1);
			expect(await database.db.select().from(logins)).toHaveLength(1);
			expect(await deeds()).toEqual(['account_created']);
		});

		test('with a password that everybody has is refused', async () => {
			const common = { ...wish('ana'), password: 'Password' };
			expect(await accounts.register(common)).toEqual(refusal('PASSWORD_TOO_COMMON'));
			expect(await database.db.select().from(users)).toEqual([]);
		});
	});

	describe('logging in', () => {
		test('by handle and password, with a login of its own each time', async () => {
			const { account } = await registered('ana');
			const outcome = await accounts.logIn({ ...wish('ana'), userAgent: FIREFOX });
			expect(outcome).toMatchObject({ ok: true, value: { account } });
			expect(JSON.stringify(outcome)).not.toContain('argon2');
			expect(await accounts.devices(account.id, '')).toHaveLength(2);
			expect(await deeds()).toEqual(['account_created', 'logged_in']);
		});

		test('answers the same to a wrong password, an unknown handle and one without a password', async () => {
			await registered('ana');
			const outside = { id: randomUUID(), kind: 'account', displayName: 'Ben' } as const;
			const row = { ...outside, handle: 'ben', createdAtMs: it.clock.nowMs };
			await database.db.insert(users).values(row);
			for (const who of [{ handle: 'ana', password: 'five cups of tea' }, wish('eve'), wish('ben')])
				expect(await accounts.logIn({ ...who, userAgent: null })).toEqual(
					refusal('WRONG_CREDENTIALS'),
				);
			expect(await deeds()).toEqual(['account_created']);
		});

		test('computes as much for a handle that is not there', async () => {
			const verify = vi.spyOn(auth, 'verifyPassword');
			await accounts.logIn(wish('nobody'));
			expect(verify.mock.calls).toEqual([[null, PASSWORD]]);
		});

		test('with a password that is changed meanwhile does not get in', async () => {
			const { account, login } = await registered('ana');
			const change = { current: PASSWORD, next: 'a long walk home' };
			vi.spyOn(auth, 'verifyPassword').mockImplementationOnce(async () => {
				await accounts.change(account.id, login.id, { password: change });
				return true;
			});
			expect(await accounts.logIn(wish('ana'))).toEqual(refusal('WRONG_CREDENTIALS'));
			expect(await accounts.devices(account.id, login.id)).toHaveLength(1);
		});
	});

	describe('a guest who stays', () => {
		test('becomes an account in place: same logins, same meeting, and a friend', async () => {
			const { ana, ben, meeting } = await it.anaAndBen();
			const { token, login } = await auth.logIn(ben.id);
			const outcome = await accounts.keep(ben.id, { handle: 'ben', password: PASSWORD });
			expect(outcome).toMatchObject({
				ok: true,
				value: { id: ben.id, kind: 'account', handle: 'ben', displayName: 'Ben' },
			});
			expect(await auth.validate(token)).toMatchObject({ id: login.id, kind: 'account' });
			expect(await it.meetings.find(meeting.id)).toMatchObject({ meeting: { status: 'ACTIVE' } });
			const pairs = await database.db.select().from(friendships);
			expect(pairs.map(({ userId, friendId }) => [userId, friendId]).sort()).toEqual(
				[
					[ana.id, ben.id],
					[ben.id, ana.id],
				].sort(),
			);
			expect(await deeds()).toContain('guest_kept');
			expect(await another('ben')).toMatchObject({ personId: ben.id });
		});

		test('may be called otherwise from now on', async () => {
			const { id } = await it.people.createGuest('Ben');
			const kept = { handle: 'ben', password: PASSWORD, displayName: 'Benno' };
			expect(await accounts.keep(id, kept)).toMatchObject({ value: { displayName: 'Benno' } });
		});

		test('is refused a taken handle and a common password, and stays a guest', async () => {
			await registered('ana');
			const { id } = await it.people.createGuest('Ana');
			const kept = await accounts.keep(id, { handle: 'ana', password: PASSWORD });
			expect(kept).toEqual(refusal('HANDLE_TAKEN'));
			const common = await accounts.keep(id, { handle: 'anna', password: 'password1' });
			expect(common).toEqual(refusal('PASSWORD_TOO_COMMON'));
			expect(await accounts.me(id)).toMatchObject({ kind: 'guest', handle: null });
		});

		test('does so once, however often he presses', async () => {
			const { id } = await it.people.createGuest('Ben');
			const kept = await Promise.all(
				Array.from({ length: 20 }, (_, index) =>
					accounts.keep(id, { handle: `ben${index}`, password: PASSWORD }),
				),
			);
			expect(kept.filter(({ ok }) => ok)).toHaveLength(1);
			expect(kept.filter(({ ok }) => !ok)).toEqual(Array(19).fill(refusal('NOT_A_GUEST')));
			expect((await deeds()).filter((deed) => deed === 'guest_kept')).toHaveLength(1);
		});

		test('together with the other one: both stay, and are friends', async () => {
			const { ana, ben } = await it.anaAndBen();
			const kept = await Promise.all(
				[ana, ben].map(({ id, displayName }) =>
					accounts.keep(id, { handle: displayName.toLowerCase(), password: PASSWORD }),
				),
			);
			expect(kept.map(({ ok }) => ok)).toEqual([true, true]);
			expect(await database.db.select().from(friendships)).toHaveLength(2);
		});

		test.each(['', 'x', randomUUID()])('is nobody by the id %j', async (id) => {
			expect(await accounts.keep(id, wish('ben'))).toEqual(refusal('NOT_A_GUEST'));
			expect(await accounts.me(id)).toBeNull();
		});
	});

	describe('changing', () => {
		test('a name and being found, each by itself, and what is not named stays', async () => {
			const { account, login } = await registered('ana');
			const change = (what: Parameters<Accounts['change']>[2]) =>
				accounts.change(account.id, login.id, what);
			expect(await change({ displayName: 'Ana' })).toEqual({
				ok: true,
				value: { ...account, displayName: 'Ana' },
			});
			expect(await change({ searchable: false })).toEqual({
				ok: true,
				value: { ...account, displayName: 'Ana', searchable: false },
			});
			expect(await change({})).toMatchObject({ value: { displayName: 'Ana' } });
			expect(await deeds()).toEqual(['account_created', 'name_changed', 'searchable_changed']);
			expect(heard).toEqual([]);
		});

		test('the password logs every other device out at once', async () => {
			const { account, login } = await registered('ana');
			const others = [await another('ana'), await another('ana')];
			const password = { current: PASSWORD, next: 'a long walk home' };
			const changed = await accounts.change(account.id, login.id, { password });
			expect(changed).toEqual({ ok: true, value: account });
			expect(revoked(account.id)).toEqual(others.map(({ id }) => id).sort());
			expect(await accounts.devices(account.id, login.id)).toMatchObject([{ isCurrent: true }]);
			expect(await accounts.logIn(wish('ana'))).toEqual(refusal('WRONG_CREDENTIALS'));
			const fresh = { ...wish('ana'), password: password.next };
			expect(await accounts.logIn(fresh)).toMatchObject({ ok: true });
			expect(await deeds()).toContain('password_changed');
		});

		test('with a wrong password, or to a common one, changes nothing', async () => {
			const { account, login } = await registered('ana');
			const change = (current: string, next: string) =>
				accounts.change(account.id, login.id, {
					displayName: 'Eve',
					password: { current, next },
				});
			expect(await change('wrong', 'a long walk home')).toEqual(refusal('WRONG_PASSWORD'));
			expect(await change(PASSWORD, '12345678')).toEqual(refusal('PASSWORD_TOO_COMMON'));
			expect(await accounts.me(account.id)).toEqual(account);
			expect(await another('ana')).toMatchObject({ personId: account.id });
		});

		test('of a guest may be the name, but there is no password to change', async () => {
			const { id } = await it.people.createGuest('Ana');
			const { login } = await auth.logIn(id);
			const password = { current: '', next: 'a long walk home' };
			expect(await accounts.change(id, login.id, { password })).toEqual(refusal('WRONG_PASSWORD'));
			const renamed = await accounts.change(id, login.id, { displayName: 'Anna' });
			expect(renamed).toMatchObject({ ok: true, value: { displayName: 'Anna', kind: 'guest' } });
		});

		test.each(['x', randomUUID()])('nobody is not found: %s', async (id) => {
			const changed = await accounts.change(id, '', { displayName: 'Eve' });
			expect(changed).toEqual(refusal('NOT_FOUND'));
		});
	});

	describe('devices', () => {
		test('are listed with a label, the newest first, and never with what is in the database', async () => {
			const { account, login } = await registered('ana');
			await another('ana');
			const devices = await accounts.devices(account.id, login.id);
			expect(devices.map(({ label, isCurrent }) => [label, isCurrent])).toEqual([
				['', false],
				['Firefox on Linux', true],
			]);
			expect(JSON.stringify(devices)).not.toContain(login.id);
		});

		test('one is logged out, and its sockets close', async () => {
			const { account, login } = await registered('ana');
			const { id: lostId } = await another('ana');
			const devices = await accounts.devices(account.id, login.id);
			const lost = devices.find(({ isCurrent }) => !isCurrent)?.id ?? '';
			expect(await accounts.revoke(account.id, lost)).toBe(true);
			expect(await accounts.revoke(account.id, lost)).toBe(false);
			expect(revoked(account.id)).toEqual([lostId]);
			expect(await accounts.devices(account.id, login.id)).toHaveLength(1);
			expect(await deeds()).toContain('login_revoked');
		});

		test('of somebody else are nobody’s to log out', async () => {
			const ana = await registered('ana');
			const ben = await registered('ben');
			const [device] = await accounts.devices(ben.account.id, ben.login.id);
			for (const id of [device?.id ?? '', ben.login.id, 'x', randomUUID()])
				expect(await accounts.revoke(ana.account.id, id)).toBe(false);
			await accounts.logOut(ana.account.id, ben.login.id);
			expect(await auth.validate(ben.token)).not.toBeNull();
			expect(heard).toEqual([]);
		});

		test('all but this one', async () => {
			const { account, login } = await registered('ana');
			const others = [await another('ana'), await another('ana')];
			expect(await accounts.revokeOthers(account.id, login.id)).toBe(2);
			expect(await accounts.revokeOthers(account.id, login.id)).toBe(0);
			expect(revoked(account.id)).toEqual(others.map(({ id }) => id).sort());
		});

		test('logging out ends this login, and closes its sockets', async () => {
			const { account, login, token } = await registered('ana');
			await accounts.logOut(account.id, login.id);
			await accounts.logOut(account.id, login.id);
			expect(await auth.validate(token)).toBeNull();
			expect(revoked(account.id)).toEqual([login.id]);
			expect(await deeds()).toEqual(['account_created', 'logged_out']);
		});
	});

	/** Ana, who has something in every table, and Ben. */
	async function aLife() {
		const ana = await registered('ana');
		const ben = await registered('ben');
		const { account, login } = ana;
		const atMs = it.clock.nowMs;
		const { meeting, invite } = await it.meetings.start({
			creatorId: account.id,
			destination: PLACE,
		});
		const redeemed = await it.invites.redeem(invite.secret, ben.account.id);
		if (!redeemed.ok) throw new Error(redeemed.code);
		const requestId = await ask(account.id, ben.account.id);
		const pair = { userId: account.id, friendId: ben.account.id, sinceMs: atMs };
		await database.db.insert(friendships).values(pair);
		const eve = await registered('eve');
		const block = { blockerId: account.id, blockedId: eve.account.id, createdAtMs: atMs };
		await database.db
			.insert(blocks)
			.values([block, { blockerId: ben.account.id, blockedId: account.id, createdAtMs: atMs }]);
		const place = { id: randomUUID(), userId: account.id, ...PLACE, createdAtMs: atMs };
		await database.db.insert(savedPlaces).values({ ...place, name: 'Home' });
		await database.db.insert(pushSubscriptions).values({
			...{ id: randomUUID(), userId: account.id, loginId: login.id },
			...{ endpoint: 'https://push.example/1', p256dh: 'p256', auth: 'auth', createdAtMs: atMs },
		});
		return { ana, ben, eve, meeting, invite, requestId };
	}

	describe('the export', () => {
		test('has everything that is held, and no secret', async () => {
			const { ana, ben, meeting, invite, requestId } = await aLife();
			const record = await accounts.export(ana.account.id);
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
			expect(await deeds()).toContain('data_exported');
		});

		test('does not say where the other one wanted to meet', async () => {
			const { ana, ben, meeting } = await aLife();
			const destination = { ...PLACE, name: 'The bridge' };
			const by = ben.account.id;
			const atMs = it.clock.nowMs + 1;
			await it.meetings.change(meeting.id, { type: 'set_destination', by, destination, atMs });
			const sessions = [{ id: meeting.id, destination: null }];
			expect(await accounts.export(ana.account.id)).toMatchObject({ sessions });
			const his = [{ id: meeting.id, destination }];
			expect(await accounts.export(ben.account.id)).toMatchObject({ sessions: his });
		});

		test.each(['x', randomUUID()])('of nobody is empty: %s', async (id) => {
			expect(await accounts.export(id)).toEqual({});
		});
	});

	describe('deleting an account', () => {
		test('ends its meetings, tells who was asked, closes its sockets, and leaves nothing', async () => {
			const { ana, ben, meeting, requestId } = await aLife();
			const phone = await another('ana');
			await it.meetings.start({ creatorId: ana.account.id });
			heard.length = 0;
			await accounts.remove(ana.account.id);
			await accounts.remove(ana.account.id);

			expect(it.said(meeting.id).at(-1)).toMatchObject({
				type: 'session_ended',
				payload: { reason: 'USER_ACTION' },
			});
			const news = heard.filter(({ channel }) => channel === personChannel(ben.account.id));
			expect(news).toMatchObject([
				{ event: { news: { payload: { id: requestId, status: 'CANCELLED' } } } },
			]);
			expect(revoked(ana.account.id)).toEqual([ana.login.id, phone.id].sort());
			expect(await auth.validate(ana.token)).toBeNull();

			const tables = [users, logins, requests, friendships, blocks, savedPlaces, pushSubscriptions];
			const left = await Promise.all([
				...tables.map((table) => database.db.select().from(table)),
				database.db.select().from(auditEvents),
				database.db.select().from(meetingRows),
			]);
			expect(JSON.stringify(left)).not.toContain(ana.account.id);
			expect(JSON.stringify(left)).not.toContain(PLACE.name);
			// The one that was Ben's as well stays in his history; the one nobody joined is gone.
			expect(left.at(-1)).toMatchObject([{ id: meeting.id, status: 'ENDED', createdBy: null }]);
			expect(await deeds()).toContain('account_deleted');
			expect(await accounts.logIn(wish('ana'))).toEqual(refusal('WRONG_CREDENTIALS'));
			expect(await accounts.register(wish('ana'))).toMatchObject({ ok: true });
		});

		test('tells who asked, too', async () => {
			const ana = await registered('ana');
			const ben = await registered('ben');
			await ask(ben.account.id, ana.account.id);
			await accounts.remove(ana.account.id);
			expect(heard.map(({ channel, event }) => [channel, event.kind])).toEqual([
				[personChannel(ben.account.id), 'news'],
				[personChannel(ana.account.id), 'login_revoked'],
			]);
		});

		test('also ends what is begun while it is under way', async () => {
			const { account } = await registered('ana');
			const ben = await registered('ben');
			let looks = 0;
			const meetings = {
				...it.meetings,
				async activeOf(personId: string) {
					const running = await it.meetings.activeOf(personId);
					if (++looks === 1) await it.meetings.start({ creatorId: personId });
					return running;
				},
			};
			const bus = {
				publish: (channel: Channel, event: BusEvent) => void heard.push({ channel, event }),
			};
			const busy = createAccounts({ ...it.deps, bus, auth, meetings });
			await ask(ben.account.id, account.id);
			await busy.remove(account.id);
			expect(looks).toBe(2);
			expect(await accounts.me(account.id)).toBeNull();
			expect(await database.db.select().from(meetingRows)).toEqual([]);
			expect(await deeds()).toContain('meeting_ended');
		});

		test('of nobody does nothing', async () => {
			for (const id of ['x', randomUUID()]) await accounts.remove(id);
			expect(heard).toEqual([]);
			expect(await deeds()).toEqual([]);
		});
	});
});

function refusal(code: string) {
	return { ok: false, code };
}
