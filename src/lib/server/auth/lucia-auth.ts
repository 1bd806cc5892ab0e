import { DrizzlePostgreSQLAdapter } from '@lucia-auth/adapter-drizzle';
import { Lucia, TimeSpan } from 'lucia';
import type { PersonKind } from '$lib/meeting';
import type { Db, Tx } from '$lib/server/db';
import { openLogins } from '$lib/server/db/logins';
import { logins, users } from '$lib/server/db/schema';
import { hashSecret, looksLikeSecret, newSecret } from '$lib/server/db/secrets';
import type { JwtSettings } from '$lib/server/env';
import type { Auth, Credentials, Login, LoginCookie } from './auth';
import { isCommonPassword } from './common-passwords';
import { deviceLabel } from './device-label';
import { createExternalLogins, looksLikeJwt } from './external-logins';
import { bearerToken, readCookie } from './headers';
import { createPasswords } from './passwords';

const LOGIN_DAYS = 30;
const COOKIE = 'meetup_login';
/** Over HTTPS the browser itself refuses such a cookie from a neighbouring subdomain. */
const HOST_COOKIE = `__Host-${COOKIE}`;

export interface AuthOptions {
	/** Null: no tokens but ours. */
	readonly jwt: JwtSettings | null;
	readonly now: () => number;
	readonly newId: () => string;
}

/** In the order of a login's life. The only file that knows Lucia. */
export function createAuth(db: Db, options?: AuthOptions): Auth {
	const ours = createLucia(db);
	const passwords = createPasswords();
	const external = options?.jwt ? createExternalLogins({ db, ...options, jwt: options.jwt }) : null;
	return {
		logIn,
		validate,
		authenticate,
		openAmong: (loginIds) => openLogins(db, loginIds, (options?.now ?? Date.now)()),
		logOut,
		hashPassword: passwords.hash,
		verifyPassword: passwords.verify,
		isCommonPassword,
		cookie,
	};

	async function logIn(
		personId: string,
		userAgent?: string | null,
		tx?: Tx,
	): ReturnType<Auth['logIn']> {
		const lucia = tx ? createLucia(tx) : ours;
		const token = newSecret();
		const device = deviceLabel(userAgent);
		await lucia.createSession(personId, { device }, { sessionId: hashSecret(token) });
		const login = await find(lucia, token);
		if (!login) throw new Error('a login was gone before it was used');
		return { token, login: { ...login, fresh: true } };
	}

	async function validate(token: string): Promise<Login | null> {
		if (looksLikeSecret(token)) return find(ours, token);
		return external && looksLikeJwt(token) ? external.validate(token) : null;
	}

	/**
	 * Lucia's session id is the token's hash: the browser holds the token, so a leaked backup opens
	 * nothing. In the second half of its 30 days a login is prolonged and comes back `fresh`.
	 */
	async function find(lucia: typeof ours, token: string): Promise<Login | null> {
		const { session, user } = await lucia.validateSession(hashSecret(token));
		if (!session) return null;
		return {
			id: session.id,
			personId: user.id,
			displayName: user.displayName,
			kind: user.kind,
			isExternal: false,
			expiresAtMs: session.expiresAt.getTime(),
			fresh: session.fresh,
		};
	}

	async function authenticate({
		authorizationHeader,
		queryToken,
		cookieHeader,
		isSecure,
	}: Credentials): ReturnType<Auth['authenticate']> {
		// Somebody who names a token gets that login or none, never the one of a cookie beside it.
		const named = bearerToken(authorizationHeader) ?? queryToken;
		if (named !== null) return by('token', named);
		// Never the plain one over HTTPS: that, a neighbour may have planted with a login of his own.
		const token = readCookie(cookieHeader, cookieName(isSecure));
		// Only logins of ours: nothing that somebody else issued comes in a cookie.
		return token === null || !looksLikeSecret(token) ? null : by('cookie', token);
	}

	async function by<By extends 'cookie' | 'token'>(by: By, token: string) {
		const login = await validate(token);
		return login && { login, by, token };
	}

	async function logOut(loginId: string): Promise<void> {
		await ours.invalidateSession(loginId);
	}

	function cookie(token: string, secure: boolean): LoginCookie {
		return {
			name: cookieName(secure),
			value: token,
			options: {
				path: '/',
				httpOnly: true,
				// Lax and not strict: whoever follows an invite link from a chat is still himself.
				sameSite: 'lax',
				secure,
				maxAge: LOGIN_DAYS * 24 * 60 * 60,
			},
		};
	}
}

function cookieName(isSecure: boolean): string {
	return isSecure ? HOST_COOKIE : COOKIE;
}

function createLucia(db: Db) {
	return new Lucia(new DrizzlePostgreSQLAdapter(db, logins, users), {
		sessionExpiresIn: new TimeSpan(LOGIN_DAYS, 'd'),
		getUserAttributes: ({ displayName, kind }) => ({ displayName, kind }),
	});
}

declare module 'lucia' {
	interface Register {
		Lucia: ReturnType<typeof createLucia>;
		DatabaseUserAttributes: { readonly displayName: string; readonly kind: PersonKind };
		DatabaseSessionAttributes: { readonly device: string };
	}
}
