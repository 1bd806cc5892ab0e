import { beforeEach, describe, expect, test } from 'vitest';
import { createAuth } from './auth';
import type { Auth, Login } from './auth/auth';
import { loginsOf } from './db/logins';
import { DRIVERS, useTestDatabase } from './db/testing';
import { participants, users } from './db/schema';
import { createDoors, type Doors } from './doors';
import { rehearse, type Rehearsal } from './testing';

const STRANGER = { login: null, userAgent: null };
const PHONE = 'Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0';

describe.each(DRIVERS)('the doors on %s', (driver) => {
	const database = useTestDatabase(driver);
	let stage: Rehearsal;
	let auth: Auth;
	let doors: Doors;
	beforeEach(() => {
		stage = rehearse(database.db);
		auth = createAuth(database.db);
		doors = createDoors({ auth, ...stage });
	});

	const loginOf = async (token: string | null): Promise<Login> => {
		const login = token === null ? null : await auth.validate(token);
		if (!login) throw new Error('nobody is logged in');
		return login;
	};
	const names = async () =>
		(await database.db.select().from(users)).map(({ displayName }) => displayName).sort();

	test('a stranger who starts becomes a guest with a login of his own', async () => {
		const { person, token, meeting } = await doors.start({ ...STRANGER, displayName: 'Ana' });
		expect(person).toMatchObject({ kind: 'guest', displayName: 'Ana' });
		expect(await loginOf(token)).toMatchObject({ personId: person.id });
		expect(meeting.participantIds).toEqual([person.id]);
	});

	test('a guest’s login is called by the device he came with, by either door', async () => {
		const visitor = { login: null, userAgent: PHONE };
		const { invite, person } = await doors.start(visitor);
		const joined = await doors.redeem({ ...visitor, secret: invite.secret });
		if (!joined.ok) throw new Error(joined.code);
		for (const { id } of [person, joined.value.person])
			expect(await loginsOf(database.db, id, Date.now())).toMatchObject([
				{ device: 'Firefox on Android' },
			]);
	});

	test('who is known stays who he is, and is called what he says today', async () => {
		const first = await doors.start({ ...STRANGER, displayName: 'Ana' });
		const login = await loginOf(first.token);
		const second = await doors.start({ login, displayName: 'Anna', userAgent: null });
		expect(second).toMatchObject({ token: null, person: { id: first.person.id } });
		expect(await names()).toEqual(['Anna']);
	});

	test('a dead link makes nobody a guest', async () => {
		const refused = await doors.redeem({ ...STRANGER, secret: 'x'.repeat(43) });
		expect(refused).toMatchObject({ ok: false, code: 'INVITE_UNKNOWN' });
		expect(await names()).toEqual([]);
	});

	test('of twenty who race for the seat one is let in, and the others leave no trace', async () => {
		const { invite, meeting } = await doors.start({ ...STRANGER, displayName: 'Ana' });
		const outcomes = await Promise.all(
			Array.from({ length: 20 }, (_, i) =>
				doors.redeem({ ...STRANGER, secret: invite.secret, displayName: `Ben ${i}` }),
			),
		);
		expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
		expect(await names()).toHaveLength(2);
		expect(await stage.meetings.find(meeting.id)).toMatchObject({ people: { length: 2 } });
	});

	test('no seat is taken by somebody who got no login', async () => {
		const { invite } = await doors.start({ ...STRANGER, displayName: 'Ana' });
		const broken = createDoors({
			...stage,
			auth: { ...auth, logIn: () => Promise.reject(new Error('the database went away')) },
		});
		await expect(
			broken.redeem({ ...STRANGER, secret: invite.secret, displayName: 'Ben' }),
		).rejects.toThrow('went away');
		expect(await names()).toEqual(['Ana']);
		expect(await database.db.select().from(participants)).toHaveLength(1);
		expect(await doors.redeem({ ...STRANGER, secret: invite.secret })).toMatchObject({ ok: true });
	});

	test('who comes back by his own spent link keeps his seat and the name the other knows', async () => {
		const { invite, meeting } = await doors.start({ ...STRANGER, displayName: 'Ana' });
		const joined = await doors.redeem({
			...STRANGER,
			secret: invite.secret,
			displayName: 'Ben',
		});
		const login = await loginOf(joined.ok ? joined.value.token : null);
		const again = await doors.redeem({
			...{ login, secret: invite.secret },
			...{ displayName: 'Benny', userAgent: null },
		});
		expect(again).toMatchObject({ ok: true, value: { meeting: { id: meeting.id }, token: null } });
		expect(await names()).toEqual(['Ana', 'Ben']);
	});
});
