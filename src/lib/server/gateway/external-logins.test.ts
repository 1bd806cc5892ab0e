import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAuth } from '$lib/server/auth';
import { useTestDatabase } from '$lib/server/db/testing';
import { SOCKET_PATH } from './index';
import { T0, TestWorld, type TestInstance } from './testing';

const SECRET = 'a secret that two servers share!';
const database = useTestDatabase('PGlite');
let world: TestWorld;
let instance: TestInstance;
let meetingId: string;

beforeEach(async () => {
	world = new TestWorld();
	const jwt = { secret: SECRET, jwksUrl: undefined, issuer: undefined, audience: undefined };
	const auth = createAuth(database.db, { jwt, now: () => world.nowMs, newId: randomUUID });
	instance = await world.open({ auth });
	// Whom the issuer vouches for is known from an earlier visit, and has a meeting.
	const known = await auth.validate(await tokenUntil(T0 + 60_000));
	if (!known) throw new Error('the token is not taken');
	const ana = { id: known.personId, kind: known.kind, displayName: known.displayName };
	world.people.set(ana.id, ana);
	meetingId = world.addMeeting([ana, world.addPerson('Ben')]).id;
});
afterEach(() => world.close());

const tokenUntil = (atMs: number) =>
	new SignJWT({ sub: 'ana', name: 'Ana', exp: atMs / 1000 })
		.setProtectedHeader({ alg: 'HS256' })
		.sign(new TextEncoder().encode(SECRET));
const at = (token: string) => `${SOCKET_PATH}?session_id=${meetingId}&token=${token}`;

test('a token of an outside issuer opens a socket, by address and by header', async () => {
	const token = await tokenUntil(T0 + 30_000);
	const welcome = await instance.dial(at(token)).next('welcome');
	expect(welcome.participants.map(({ display_name }) => display_name)).toContain('Ana');
	const authorization = `Bearer ${token}`;
	const byHeader = instance.dial(`${SOCKET_PATH}?session_id=${meetingId}`, { authorization });
	await byHeader.next('welcome');
});

test('an expired one is refused with 401', async () => {
	const token = await tokenUntil(T0 + 30_000);
	world.nowMs += 40_000;
	const { status, body } = await instance.dial(at(token)).refusal;
	expect([status, body]).toEqual([401, expect.stringContaining('UNAUTHENTICATED')]);
});
