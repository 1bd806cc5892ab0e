import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAuth } from '$lib/server/auth';
import type { Auth } from '$lib/server/auth/auth';
import { personChannel } from '$lib/server/bus';
import { users } from '$lib/server/db/schema';
import { useTestDatabase } from '$lib/server/db/testing';
import { SOCKET_PATH } from './index';
import { T0, TestWorld, type TestInstance } from './testing';

const SECRET = 'a secret that two servers share!';
const database = useTestDatabase('PGlite');
let world: TestWorld;
let auth: Auth;
let instance: TestInstance;
let personId: string;
let meetingId: string;

beforeEach(async () => {
	world = new TestWorld();
	const jwt = { secret: SECRET, jwksUrl: undefined, issuer: undefined, audience: undefined };
	auth = createAuth(database.db, { jwt, now: () => world.nowMs, newId: randomUUID });
	instance = await world.open({ auth });
	// Whom the issuer vouches for is known from an earlier visit, and has a meeting.
	const known = await auth.validate(await tokenUntil(T0 + 60_000));
	if (!known) throw new Error('the token is not taken');
	personId = known.personId;
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

test('P62 its sockets are closed with 4401 when it expires, the inbox too', async () => {
	const untilMs = T0 + 40;
	const token = await tokenUntil(untilMs);
	const clients = [instance.dial(at(token)), instance.dialInbox(`?token=${token}`)] as const;
	const lasting = instance.dialInbox(`?token=${await tokenUntil(T0 + 60_000)}`);
	await Promise.all([clients[0].next('welcome'), clients[1].next('welcome')]);
	await lasting.next('welcome');
	world.nowMs = untilMs;
	for (const client of clients)
		expect(await client.closed).toEqual({ code: 4401, reason: 'login_revoked' });
	await lasting.settled();
});

test('P62 and when the account is deleted, on every server', async () => {
	const token = await tokenUntil(T0 + 30_000);
	const other = await world.open({ auth });
	const clients = [instance.dial(at(token)), instance.dialInbox(`?token=${token}`)] as const;
	await Promise.all([clients[0].next('welcome'), clients[1].next('welcome')]);
	other.bus.publish(personChannel(personId), { kind: 'person_deleted' });
	for (const client of clients)
		expect(await client.closed).toEqual({ code: 4401, reason: 'login_revoked' });
});

test('P62 whose account is deleted while his socket opens is another person by then', async () => {
	const token = await tokenUntil(T0 + 30_000);
	const validate: Auth['validate'] = async (shown) => {
		await database.db.delete(users);
		return auth.validate(shown);
	};
	const busy = await world.open({ auth: { ...auth, validate } });
	const inbox = busy.dialInbox(`?token=${token}`);
	expect(await inbox.closed).toEqual({ code: 4401, reason: 'login_revoked' });
	expect(inbox.received).toEqual([]);
	const meeting = busy.dial(at(await tokenUntil(T0 + 30_000)));
	expect((await meeting.refusal).status).toBe(403);
});

test('an expired one is refused with 401', async () => {
	const token = await tokenUntil(T0 + 30_000);
	world.nowMs += 40_000;
	const { status, body } = await instance.dial(at(token)).refusal;
	expect([status, body]).toEqual([401, expect.stringContaining('UNAUTHENTICATED')]);
});
