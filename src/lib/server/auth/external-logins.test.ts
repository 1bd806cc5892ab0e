import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { auditEvents, logins, users } from '$lib/server/db/schema';
import { hashSecret } from '$lib/server/db/secrets';
import { DRIVERS, useTestDatabase } from '$lib/server/db/testing';
import type { JwtSettings } from '$lib/server/env';
import { createAuth } from './lucia-auth';

const SECRET = 'a secret that two servers share!';
const NOW_MS = Date.parse('2026-05-01T12:00:00Z');
const NOW_S = NOW_MS / 1000;
const NOTHING = {
	cookieHeader: null,
	authorizationHeader: null,
	queryToken: null,
	isSecure: false,
};
const CLAIMS: JWTPayload = { sub: 'ana-7', iss: 'issuer', aud: 'meetup', exp: NOW_S + 60 };
const SETTINGS: JwtSettings = {
	secret: SECRET,
	jwksUrl: undefined,
	issuer: 'issuer',
	audience: 'meetup',
};

const bytes = (secret: string) => new TextEncoder().encode(secret);
const sign = (claims: JWTPayload = {}, alg = 'HS256', secret = SECRET) =>
	new SignJWT({ ...CLAIMS, ...claims }).setProtectedHeader({ alg }).sign(bytes(secret));

describe.each(DRIVERS)('tokens of an outside issuer on %s', (driver) => {
	const database = useTestDatabase(driver);
	const authBy = (change: Partial<JwtSettings> = {}) =>
		createAuth(database.db, {
			jwt: { ...SETTINGS, ...change },
			now: () => NOW_MS,
			newId: randomUUID,
		});
	const people = () => database.db.select().from(users);

	test('a good token is a login of an account, made when it is first seen', async () => {
		const auth = authBy();
		const token = await sign({ name: '  Ana\u0007 ' });
		const login = await auth.validate(token);
		const [person] = await people();
		expect(login).toEqual({
			id: hashSecret(token),
			personId: person?.id,
			displayName: 'Ana',
			kind: 'account',
			isExternal: true,
			expiresAtMs: NOW_MS + 60_000,
			fresh: false,
		});
		expect(person).toMatchObject({ kind: 'account', handle: null, passwordHash: null });
		expect(person?.externalId).toBe(hashSecret('issuer|ana-7'));
		expect(await database.db.select().from(logins)).toEqual([]);
		expect(await database.db.select().from(auditEvents)).toMatchObject([
			{ action: 'account_created', actorId: person?.id },
		]);
	});

	test('it is taken in a header and in an address, but not in a cookie', async () => {
		const auth = authBy();
		const token = await sign();
		for (const way of [{ authorizationHeader: `Bearer ${token}` }, { queryToken: token }])
			expect(await auth.authenticate({ ...NOTHING, ...way })).toMatchObject({
				by: 'token',
				token,
				login: { isExternal: true },
			});
		const cookieHeader = `meetup_login=${token}`;
		expect(await auth.authenticate({ ...NOTHING, cookieHeader })).toBeNull();
	});

	test('the same person with another token is the same account; another issuer’s is not', async () => {
		const auth = authBy({ issuer: undefined });
		const first = await auth.validate(await sign({ name: 'Ana' }));
		const later = await auth.validate(await sign({ name: 'Anna', exp: NOW_S + 90 }));
		expect(later).toMatchObject({ personId: first?.personId, displayName: 'Ana' });
		expect(later?.id).not.toBe(first?.id);
		const other = await auth.validate(await sign({ iss: 'elsewhere' }));
		expect(other?.personId).not.toBe(first?.personId);
		expect(await people()).toHaveLength(2);
	});

	test('of twenty first sights at once there comes one account', async () => {
		const auth = authBy();
		const token = await sign();
		const seen = await Promise.all(Array.from({ length: 20 }, () => auth.validate(token)));
		expect(new Set(seen.map((login) => login?.personId)).size).toBe(1);
		expect(seen[0]).not.toBeNull();
		expect(await people()).toHaveLength(1);
	});

	test.each([
		[{ name: 'Ana', preferred_username: 'ana7' }, 'Ana'],
		[{ name: ' ', preferred_username: 'ana7' }, 'ana7'],
		[{ name: 7 }, 'Guest'],
		[{}, 'Guest'],
		[{ name: 'a'.repeat(500) }, 'a'.repeat(40)],
		[{ name: `${'a'.repeat(39)}🦊` }, 'a'.repeat(39)],
	])('with %j the account is called %s', async (claims, displayName) => {
		expect(await authBy().validate(await sign(claims))).toMatchObject({ displayName });
	});

	test('the issuer’s clock may be ahead by five seconds, but no token outlives its end', async () => {
		expect(await authBy().validate(await sign({ nbf: NOW_S + 4 }))).not.toBeNull();
		expect(await authBy().validate(await sign({ exp: NOW_S + 1 }))).not.toBeNull();
		expect(await authBy().validate(await sign({ exp: NOW_S }))).toBeNull();
	});

	test('issuer and audience matter only where they are set', async () => {
		const auth = authBy({ issuer: undefined, audience: undefined });
		expect(await auth.validate(await sign({ iss: undefined, aud: undefined }))).not.toBeNull();
	});

	const REFUSED: [string, () => string | Promise<string>][] = [
		['an expired one', () => sign({ exp: NOW_S - 6 })],
		['one that is not good yet', () => sign({ nbf: NOW_S + 6 })],
		['one without an end', () => sign({ exp: undefined })],
		['one of nobody', () => sign({ sub: undefined })],
		['one of an empty name', () => sign({ sub: '' })],
		['one of another issuer', () => sign({ iss: 'elsewhere' })],
		['one of no issuer', () => sign({ iss: undefined })],
		['one for another audience', () => sign({ aud: 'bank' })],
		['one for no audience', () => sign({ aud: undefined })],
		['one signed with another secret', () => sign({}, 'HS256', SECRET.toUpperCase())],
		['one of another algorithm', () => sign({}, 'HS512', SECRET.repeat(2))],
		['an unsigned one', () => new UnsecuredJWT(CLAIMS).encode()],
		['an unsigned one with a signature', () => `${new UnsecuredJWT(CLAIMS).encode()}AAAA`],
		['a tampered one', async () => tampered(await sign())],
		['garbage', () => 'a.b.c'],
		['garbage of dots', () => '..'],
		['an endless one', () => `${'a'.repeat(10_000)}.b.c`],
	];
	test.each(REFUSED)('%s logs nobody in and makes nobody', async (_name, make) => {
		const token = await make();
		const auth = authBy();
		expect(await auth.validate(token)).toBeNull();
		expect(await auth.authenticate({ ...NOTHING, queryToken: token })).toBeNull();
		expect(await people()).toEqual([]);
	});

	test('where no issuer is set no such token is taken', async () => {
		expect(await createAuth(database.db).validate(await sign())).toBeNull();
	});
});

describe('keys that an issuer publishes', () => {
	const database = useTestDatabase('PGlite');
	let issuer: Server | undefined;
	let answer: { status: number; body: string };
	let asked: number;
	let jwksUrl: string;
	beforeEach(async () => {
		asked = 0;
		answer = { status: 200, body: '{"keys":[]}' };
		issuer = createServer((_request, response) => {
			asked++;
			response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
		});
		await new Promise<void>((resolve) => issuer?.listen(0, '127.0.0.1', resolve));
		const { port } = issuer.address() as AddressInfo;
		jwksUrl = `http://127.0.0.1:${port}/keys.json`;
	});
	afterEach(close);

	async function close() {
		issuer?.closeAllConnections();
		await new Promise((resolve) => (issuer?.listening ? issuer.close(resolve) : resolve(null)));
	}
	const authBy = (change: Partial<JwtSettings> = {}) =>
		createAuth(database.db, {
			jwt: { ...SETTINGS, secret: undefined, jwksUrl, ...change },
			now: () => NOW_MS,
			newId: randomUUID,
		});
	async function publish(alg: string) {
		const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
		const jwk = await exportJWK(publicKey);
		answer.body = JSON.stringify({ keys: [{ ...jwk, kid: 'one', alg, use: 'sig' }] });
		const signed = (header: Record<string, string> = {}) =>
			new SignJWT(CLAIMS).setProtectedHeader({ alg, kid: 'one', ...header }).sign(privateKey);
		return { signed, jwk };
	}

	test.each(['RS256', 'PS256', 'ES256', 'EdDSA'])('sign tokens with %s', async (alg) => {
		const { signed } = await publish(alg);
		expect(await authBy().validate(await signed())).toMatchObject({ isExternal: true });
	});

	test('are fetched once for many tokens', async () => {
		const { signed } = await publish('ES256');
		const auth = authBy();
		const token = await signed();
		await Promise.all(Array.from({ length: 5 }, () => auth.validate(token)));
		expect(await auth.validate(token)).not.toBeNull();
		expect(asked).toBe(1);
	});

	test('work beside a secret', async () => {
		const { signed } = await publish('ES256');
		const auth = authBy({ secret: SECRET });
		expect(await auth.validate(await signed())).not.toBeNull();
		expect(await auth.validate(await sign())).not.toBeNull();
	});

	test('never do as a secret: a public key signs nothing', async () => {
		const { jwk } = await publish('RS256');
		for (const secret of [JSON.stringify(jwk), jwk.n ?? '', answer.body])
			for (const change of [{}, { secret: SECRET }])
				expect(await authBy(change).validate(await sign({}, 'HS256', secret))).toBeNull();
	});

	test('an unknown key logs nobody in', async () => {
		const { signed } = await publish('ES256');
		expect(await authBy().validate(await signed({ kid: 'two' }))).toBeNull();
		const { signed: byAnother } = await publish('ES256');
		await publish('ES256');
		expect(await authBy().validate(await byAnother())).toBeNull();
	});

	test.each([
		['answers with an error', { status: 500, body: '' }],
		['answers with garbage', { status: 200, body: '<html>' }],
		['answers with no keys', { status: 200, body: '{}' }],
		['answers with a broken key', { status: 200, body: '{"keys":[{"kty":"EC","kid":"one"}]}' }],
	])('an issuer that %s logs nobody in and breaks nothing', async (_name, wrong) => {
		const { signed } = await publish('ES256');
		answer = wrong;
		expect(await authBy().validate(await signed())).toBeNull();
	});

	test('an issuer that is away logs nobody in and breaks nothing, and may come back', async () => {
		const { signed } = await publish('ES256');
		const auth = authBy();
		const good = answer;
		await close();
		expect(await auth.validate(await signed())).toBeNull();
		const { port } = new URL(jwksUrl);
		await new Promise<void>((resolve) => issuer?.listen(Number(port), '127.0.0.1', resolve));
		answer = good;
		expect(await auth.validate(await signed())).not.toBeNull();
	});
});

/** The same signature over another name. */
function tampered(token: string): string {
	const [header = '', , signature = ''] = token.split('.');
	const claims = Buffer.from(JSON.stringify({ ...CLAIMS, sub: 'ben' })).toString('base64url');
	return [header, claims, signature].join('.');
}
