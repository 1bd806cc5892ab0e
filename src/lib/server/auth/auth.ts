import type { PersonKind } from '$lib/meeting';
import type { Tx } from '$lib/server/db';

/** An authenticated device. Lucia calls it a session; nobody else here does. */
export interface Login {
	/** SHA-256 of the token in hex: what the database holds. */
	readonly id: string;
	readonly personId: string;
	readonly displayName: string;
	readonly kind: PersonKind;
	/** By a token of an outside issuer: no row in `logins`. */
	readonly isExternal: boolean;
	readonly expiresAtMs: number;
	/** Lucia prolonged it just now: the cookie must be set again. */
	readonly fresh: boolean;
}

export interface Credentials {
	readonly cookieHeader: string | null;
	readonly authorizationHeader: string | null;
	/** From `?token=` of a socket's address. */
	readonly queryToken: string | null;
	/** Whether the request came by HTTPS: only then the cookie is one that no neighbour can plant. */
	readonly isSecure: boolean;
}

export interface LoginCookie {
	readonly name: string;
	readonly value: string;
	readonly options: {
		readonly path: '/';
		readonly httpOnly: true;
		readonly sameSite: 'lax';
		readonly secure: boolean;
		/** Seconds. */
		readonly maxAge: number;
	};
}

export interface Auth {
	/**
	 * A new login for the person; the token goes to the device and nowhere else. `userAgent` becomes a
	 * label. With a transaction it is part of it.
	 */
	logIn(
		personId: string,
		userAgent?: string | null,
		tx?: Tx,
	): Promise<{ readonly token: string; readonly login: Login }>;
	validate(token: string): Promise<Login | null>;
	/** Bearer and query token before the cookie: who names a token means it. */
	authenticate(credentials: Credentials): Promise<{
		readonly login: Login;
		readonly by: 'cookie' | 'token';
		readonly token: string;
	} | null>;
	/** Which of these logins are still good. One query. */
	openAmong(loginIds: readonly string[]): Promise<ReadonlySet<string>>;
	logOut(loginId: string): Promise<void>;
	/** Argon2id, a few at a time. */
	hashPassword(password: string): Promise<string>;
	/** Null as the hash takes as long, and is false. */
	verifyPassword(hash: string | null, password: string): Promise<boolean>;
	/** Whether so many people use it that it is guessed first. */
	isCommonPassword(password: string): Promise<boolean>;
	/** `__Host-` prefixed where the page came by HTTPS. */
	cookie(token: string, secure: boolean): LoginCookie;
}
