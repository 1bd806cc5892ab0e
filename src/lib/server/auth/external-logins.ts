import { createHash } from 'node:crypto';
import {
	createRemoteJWKSet,
	decodeProtectedHeader,
	errors,
	jwtVerify,
	type JWTPayload,
	type JWTVerifyGetKey,
	type JWTVerifyOptions,
} from 'jose';
import { MEETING_LIMITS, NAMELESS_GUEST } from '$lib/meeting';
import { DisplayName } from '$lib/protocol';
import type { Db } from '$lib/server/db';
import { meetExternalPerson } from '$lib/server/db/external-people';
import { hashSecret } from '$lib/server/db/secrets';
import type { JwtSettings } from '$lib/server/env';
import type { Login } from './auth';

export interface ExternalLogins {
	/** Null for every token that is not good right now, and while the issuer's keys can't be had. */
	validate(token: string): Promise<Login | null>;
}

export interface ExternalLoginsDeps {
	readonly db: Db;
	readonly jwt: JwtSettings;
	readonly now: () => number;
	readonly newId: () => string;
}

/** Only what an issuer signs with a key of his own: a public key must never do as a shared secret. */
const ASYMMETRIC = [
	...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
	...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];
const CLOCK_TOLERANCE_S = 5;
const KEYS_WITHIN_MS = 3_000;
const TOKEN_MAX = 8_192;

/** Three parts, of which the last is there: `alg: none` signs with nothing. */
export function looksLikeJwt(token: string): boolean {
	return token.length <= TOKEN_MAX && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token);
}

export function createExternalLogins({ db, jwt, now, newId }: ExternalLoginsDeps): ExternalLogins {
	const secret = jwt.secret === undefined ? null : new TextEncoder().encode(jwt.secret);
	const keys = jwt.jwksUrl === undefined ? null : keysAt(new URL(jwt.jwksUrl));

	return {
		async validate(token) {
			const claims = await claimsOf(token);
			const { sub, exp, iss = '' } = claims ?? {};
			if (!claims || !sub || exp === undefined) return null;
			// Clocks may differ about when a token begins; none is good past the end that it names.
			if (exp * 1000 <= now()) return null;
			const person = await meetExternalPerson(db, {
				externalId: createHash('sha256').update(`${iss}|${sub}`).digest('hex'),
				id: newId(),
				displayName: nameOf(claims),
				atMs: now(),
			});
			return (
				person && {
					id: hashSecret(token),
					personId: person.id,
					displayName: person.displayName,
					kind: person.kind,
					isExternal: true,
					expiresAtMs: exp * 1000,
					fresh: false,
				}
			);
		},
	};

	async function claimsOf(token: string): Promise<JWTPayload | null> {
		const common: JWTVerifyOptions = {
			...(jwt.issuer !== undefined && { issuer: jwt.issuer }),
			...(jwt.audience !== undefined && { audience: jwt.audience }),
			requiredClaims: ['exp', 'sub'],
			clockTolerance: CLOCK_TOLERANCE_S,
			currentDate: new Date(now()),
		};
		try {
			// The header chooses between two keys, each good for its own algorithms only.
			const { alg } = decodeProtectedHeader(token);
			if (alg === 'HS256' && secret)
				return (await jwtVerify(token, secret, { ...common, algorithms: ['HS256'] })).payload;
			if (keys)
				return (await jwtVerify(token, keys, { ...common, algorithms: ASYMMETRIC })).payload;
			return null;
		} catch (error) {
			// jose throws a TypeError for what is no token, and for a key that does not suit one.
			if (error instanceof errors.JOSEError || error instanceof TypeError) return null;
			throw error;
		}
	}
}

/** The issuer's keys. Whatever goes wrong in getting one, there is none: no token is good then. */
function keysAt(url: URL): JWTVerifyGetKey {
	const published = createRemoteJWKSet(url, { timeoutDuration: KEYS_WITHIN_MS });
	return async (header, token) => {
		try {
			return await published(header, token);
		} catch (cause) {
			throw new errors.JWKSNoMatchingKey('no key for this token', { cause });
		}
	};
}

function nameOf({ name, preferred_username: username }: JWTPayload): string {
	for (const claim of [name, username]) {
		if (typeof claim !== 'string') continue;
		const parsed = DisplayName.safeParse(shortened(claim));
		if (parsed.success) return parsed.data;
	}
	return NAMELESS_GUEST;
}

/** Cut to what we show, but never inside of a character. */
function shortened(claim: string): string {
	return claim
		.trim()
		.slice(0, MEETING_LIMITS.displayNameMax)
		.replace(/[\uD800-\uDBFF]$/, '');
}
