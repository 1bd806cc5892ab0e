import type { Person } from '$lib/meeting';
import { isId } from '$lib/protocol';
import { done, refuse, type Result } from '$lib/result';
import { createAccountRemoval } from './account-removal';
import type { Auth } from './auth/auth';
import type { Bus } from './bus/bus';
import type { Db, Tx } from './db';
import {
	findAccount,
	findPassword,
	findPasswordByHandle,
	insertAccount,
	lockAccount,
	saveAccount,
} from './db/accounts';
import { writeAudit } from './db/audit';
import type { AuditAction } from './db/audit-actions';
import { befriend } from './db/friendships';
import { deleteLogins } from './db/logins';
import { runningMeetingsOf } from './db/meetings';
import { isTaken } from './db/taken';
import { createDevices, deedOf, tellLoginsEnded, type Device } from './devices';
import type { Meetings } from './meetings';
import { personalRecord } from './personal-record';

/** What a person may know of himself. */
export interface Account extends Person {
	/** Null for guests and for accounts of an outside issuer. */
	readonly handle: string | null;
	readonly searchable: boolean;
	readonly createdAtMs: number;
	/** Whether there is a password to change. */
	readonly hasPassword: boolean;
}

export type { Device } from './devices';

/** By what name and password somebody logs in. Handles come in lower case, checked by the schema. */
export interface Credentials {
	readonly handle: string;
	readonly password: string;
}

export interface LoggedIn {
	readonly account: Account;
	readonly token: string;
}

export interface Accounts {
	/** `device` is the User-Agent header; only the label made of it is kept. */
	register(
		wish: Credentials & { readonly displayName: string; readonly userAgent: string | null },
	): Promise<Result<LoggedIn, 'HANDLE_TAKEN' | 'PASSWORD_TOO_COMMON'>>;
	/** Takes the same time whether or not the handle exists. */
	logIn(
		wish: Credentials & { readonly userAgent: string | null },
	): Promise<Result<LoggedIn, 'WRONG_CREDENTIALS'>>;
	logOut(personId: string, loginId: string): Promise<void>;
	/**
	 * A guest becomes an account: same person, same logins, same running meeting. Whom he is in a
	 * running meeting with becomes his friend.
	 */
	keep(
		personId: string,
		wish: Credentials & { readonly displayName?: string },
	): Promise<Result<Account, 'HANDLE_TAKEN' | 'PASSWORD_TOO_COMMON' | 'NOT_A_GUEST'>>;
	/** Null where the person is gone. */
	me(personId: string): Promise<Account | null>;
	/** What is undefined stays. A new password logs every other device out. */
	change(
		personId: string,
		loginId: string,
		wish: {
			readonly displayName?: string;
			readonly searchable?: boolean;
			readonly password?: { readonly current: string; readonly next: string };
		},
	): Promise<Result<Account, 'NOT_FOUND' | 'WRONG_PASSWORD' | 'PASSWORD_TOO_COMMON'>>;
	/** Everything held about the person, as JSON with times as ISO text; no secrets and no hashes. */
	export(personId: string): Promise<object>;
	/** Ends his meetings, tells who asked him or was asked, closes his sockets, deletes everything. */
	remove(personId: string): Promise<void>;
	devices(personId: string, currentLoginId: string): Promise<readonly Device[]>;
	/** Its sockets close with 4401. False where there is no such device of his. */
	revoke(personId: string, deviceId: string): Promise<boolean>;
	/** All but the current one; how many there were. */
	revokeOthers(personId: string, currentLoginId: string): Promise<number>;
}

export interface AccountsDeps {
	readonly db: Db;
	readonly auth: Auth;
	readonly bus: Pick<Bus, 'publish'>;
	readonly meetings: Pick<Meetings, 'activeOf' | 'change'>;
	readonly now: () => number;
	readonly newId: () => string;
}

export function createAccounts(deps: AccountsDeps): Accounts {
	const { db, auth, bus, now, newId } = deps;
	return {
		async register({ handle, password, displayName, userAgent }) {
			if (await auth.isCommonPassword(password)) return refuse('PASSWORD_TOO_COMMON');
			const passwordHash = await auth.hashPassword(password);
			const createdAtMs = now();
			const registered = db.transaction(async (tx) => {
				const wish = { id: newId(), handle, passwordHash, displayName, createdAtMs };
				const account = await insertAccount(tx, wish);
				await writeAudit(tx, deedOf('account_created', account.id, createdAtMs));
				const { token } = await auth.logIn(account.id, userAgent, tx);
				return { account, token };
			});
			return unlessTaken(registered);
		},

		async logIn({ handle, password, userAgent }) {
			const found = await findPasswordByHandle(db, handle);
			// Looked at also where there is nobody: a quick answer would say which handles there are.
			const matches = await auth.verifyPassword(found?.passwordHash ?? null, password);
			if (!found || !matches) return refuse('WRONG_CREDENTIALS');
			return db.transaction(async (tx) => {
				const locked = await lockAccount(tx, found.personId);
				// Changed while it was checked: who changed it has logged everybody else out.
				if (locked?.passwordHash !== found.passwordHash) return refuse('WRONG_CREDENTIALS');
				const { token } = await auth.logIn(found.personId, userAgent, tx);
				await writeAudit(tx, deedOf('logged_in', found.personId, now()));
				return done({ account: accountOf(locked), token });
			});
		},

		async keep(personId, { handle, password, displayName }) {
			if (await auth.isCommonPassword(password)) return refuse('PASSWORD_TOO_COMMON');
			const guest = await me(personId);
			if (guest?.kind !== 'guest') return refuse('NOT_A_GUEST');
			const passwordHash = await auth.hashPassword(password);
			const kept = db.transaction(async (tx) => {
				const atMs = now();
				const locked = await lockAccount(tx, personId);
				if (locked?.kind !== 'guest') return null;
				// Before the handle is written, which makes everybody wait who befriends him.
				for (const friendId of await companionsOf(tx, personId, atMs))
					await befriend(tx, personId, friendId, atMs);
				const change = { kind: 'account', handle, passwordHash, displayName } as const;
				const account = await saveAccount(tx, personId, change);
				await writeAudit(tx, deedOf('guest_kept', personId, atMs));
				return account;
			});
			const outcome = await unlessTaken(kept);
			if (!outcome.ok) return outcome;
			return outcome.value ? done(outcome.value) : refuse('NOT_A_GUEST');
		},

		me,

		async change(personId, loginId, { displayName, searchable, password }) {
			const found = isId(personId) ? await findPassword(db, personId) : null;
			if (!found) return refuse('NOT_FOUND');
			if (password) {
				if (!(await auth.verifyPassword(found.passwordHash, password.current)))
					return refuse('WRONG_PASSWORD');
				if (await auth.isCommonPassword(password.next)) return refuse('PASSWORD_TOO_COMMON');
			}
			const passwordHash = password && (await auth.hashPassword(password.next));
			const outcome = await db.transaction(async (tx) => {
				const before = await lockAccount(tx, personId);
				if (!before) return refuse('NOT_FOUND');
				if (password && before.passwordHash !== found.passwordHash) return refuse('WRONG_PASSWORD');
				const isChange = [displayName, searchable, passwordHash].some((it) => it !== undefined);
				const change = { displayName, searchable, passwordHash };
				const account = isChange ? await saveAccount(tx, personId, change) : accountOf(before);
				const ended = passwordHash ? await deleteLogins(tx, personId, { allBut: loginId }) : [];
				const deeds: AuditAction[] = [
					...(account.displayName === before.displayName ? [] : (['name_changed'] as const)),
					...(account.searchable === before.searchable ? [] : (['searchable_changed'] as const)),
					...(passwordHash === undefined ? [] : (['password_changed'] as const)),
					...ended.map(() => 'login_revoked' as const),
				];
				const atMs = now();
				await writeAudit(tx, ...deeds.map((action) => deedOf(action, personId, atMs)));
				return done({ account, ended });
			});
			if (!outcome.ok) return outcome;
			tellLoginsEnded(bus, personId, outcome.value.ended);
			return done(outcome.value.account);
		},

		async export(personId) {
			if (!isId(personId)) return {};
			return db.transaction(async (tx) => {
				const atMs = now();
				const record = await personalRecord(tx, personId, atMs);
				if (!record) return {};
				await writeAudit(tx, deedOf('data_exported', personId, atMs));
				return record;
			});
		},

		remove: createAccountRemoval(deps),

		...createDevices(deps),
	};

	async function me(personId: string): Promise<Account | null> {
		return isId(personId) ? findAccount(db, personId) : null;
	}
}

/** The account without the hash that it was locked with. */
function accountOf(row: Account): Account {
	const { id, kind, displayName, handle, searchable, createdAtMs, hasPassword } = row;
	return { id, kind, displayName, handle, searchable, createdAtMs, hasPassword };
}

/** Of racing callers the constraint lets one through: whoever looked first would prove nothing. */
async function unlessTaken<T>(work: Promise<T>): Promise<Result<T, 'HANDLE_TAKEN'>> {
	try {
		return done(await work);
	} catch (error) {
		if (isTaken(error, 'users_handle')) return refuse('HANDLE_TAKEN');
		throw error;
	}
}

/** With whom he is in a running meeting, in the order in which everybody writes pairs. */
async function companionsOf(tx: Tx, personId: string, nowMs: number): Promise<readonly string[]> {
	const running = await runningMeetingsOf(tx, personId, nowMs);
	const ids = new Set(running.flatMap(({ meeting }) => meeting.participantIds));
	ids.delete(personId);
	return [...ids].sort();
}
