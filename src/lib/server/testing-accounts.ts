import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { createAccounts, type LoggedIn } from './accounts';
import { createAuth } from './auth';
import type { Login } from './auth/auth';
import { personChannel, type BusEvent, type Channel } from './bus/bus';
import type { Db } from './db';
import {
	auditEvents,
	blocks,
	friendships,
	pushSubscriptions,
	requests,
	savedPlaces,
	users,
} from './db/schema';
import { rehearse } from './testing';

export const PASSWORD = 'four cups of tea';
export const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
export const PLACE = { name: 'The fountain', lat: 52.5219, lon: 13.4132 };
export const MINUTE_MS = 60_000;

/** For tests of accounts: as `rehearse`, with people who register and log in. */
export function rehearseAccounts(db: Db) {
	const world = rehearse(db);
	const auth = createAuth(db);
	const heard: { channel: Channel; event: BusEvent }[] = [];
	const bus = {
		publish: (channel: Channel, event: BusEvent) => void heard.push({ channel, event }),
	};
	const deps = { ...world.deps, bus, auth, meetings: world.meetings };
	const accounts = createAccounts(deps);

	async function loginOf(token: string): Promise<Login> {
		const login = await auth.validate(token);
		if (!login) throw new Error('nobody is logged in');
		return login;
	}

	return {
		...world,
		auth,
		accounts,
		accountsDeps: deps,
		/** What the accounts said on the bus, in order. */
		heard,
		loginOf,
		wish,
		async registered(handle: string): Promise<LoggedIn & { login: Login }> {
			const outcome = await accounts.register(wish(handle));
			if (!outcome.ok) throw new Error(outcome.code);
			return { ...outcome.value, login: await loginOf(outcome.value.token) };
		},
		/** Logs in on another device. */
		async another(handle: string): Promise<Login> {
			const outcome = await accounts.logIn({ handle, password: PASSWORD, userAgent: null });
			if (!outcome.ok) throw new Error(outcome.code);
			return loginOf(outcome.value.token);
		},
		/** What is written down, in the order of the alphabet. */
		deeds: async () => (await db.select().from(auditEvents)).map(({ action }) => action).sort(),
		/** The logins of the person whose sockets were closed. */
		revoked: (personId: string) =>
			heard
				.filter(({ channel }) => channel === personChannel(personId))
				.flatMap(({ event }) => (event.kind === 'login_revoked' ? [event.loginId] : []))
				.sort(),
		rowOf: async (personId: string) =>
			(await db.select().from(users).where(eq(users.id, personId)))[0],
		/** An open request between the two. */
		async ask(fromUserId: string, toUserId: string): Promise<string> {
			const id = randomUUID();
			const { nowMs } = world.clock;
			await db.insert(requests).values({
				...{ id, fromUserId, toUserId, status: 'PENDING', note: 'Tea?' },
				...{ createdAtMs: nowMs, expiresAtMs: nowMs + 10 * MINUTE_MS },
			});
			return id;
		},
	};
}
export type AccountsRehearsal = ReturnType<typeof rehearseAccounts>;

/** Ana, who has something in every table, and Ben. */
export async function aLife(it: AccountsRehearsal) {
	const { db } = it.deps;
	const ana = await it.registered('ana');
	const ben = await it.registered('ben');
	const { account, login } = ana;
	const atMs = it.clock.nowMs;
	const { meeting, invite } = await it.meetings.start({
		creatorId: account.id,
		destination: PLACE,
	});
	const redeemed = await it.invites.redeem(invite.secret, ben.account.id);
	if (!redeemed.ok) throw new Error(redeemed.code);
	const requestId = await it.ask(account.id, ben.account.id);
	const pair = { userId: account.id, friendId: ben.account.id, sinceMs: atMs };
	await db.insert(friendships).values(pair);
	const eve = await it.registered('eve');
	const block = { blockerId: account.id, blockedId: eve.account.id, createdAtMs: atMs };
	await db
		.insert(blocks)
		.values([block, { blockerId: ben.account.id, blockedId: account.id, createdAtMs: atMs }]);
	const place = { id: randomUUID(), userId: account.id, ...PLACE, createdAtMs: atMs };
	await db.insert(savedPlaces).values({ ...place, name: 'Home' });
	await db.insert(pushSubscriptions).values({
		...{ id: randomUUID(), userId: account.id, loginId: login.id },
		...{ endpoint: 'https://push.example/1', p256dh: 'p256', auth: 'auth', createdAtMs: atMs },
	});
	return { ana, ben, eve, meeting, invite, requestId };
}

export function refusal(code: string) {
	return { ok: false, code };
}

function wish(handle: string, displayName = handle) {
	return { handle, displayName, password: PASSWORD, userAgent: FIREFOX };
}
