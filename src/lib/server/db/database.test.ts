import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asc, sql } from 'drizzle-orm';
import { getTableConfig } from 'drizzle-orm/pg-core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createAuth } from '$lib/server/auth/lucia-auth';
import { createLog } from '../log';
import { rehearse } from '../testing';
import { isDatabaseAway } from './away';
import { openDatabase } from './connection';
import { DataFolderInUse } from './data-folder-lock';
import type { Database } from './database';
import { auditEvents, meetings, participants, users } from './schema';
import { createPostgresDatabase, DRIVERS, TABLES, useTestDatabase } from './testing';

const HERE = { name: 'The fountain', lat: 48.137154, lon: 11.575382 };

/** What people chose to meet at, and what they keep for it. */
const PLACES = ['meetings.destination_', 'requests.destination_', 'saved_places.'];

describe.each(DRIVERS)('the database on %s', (driver) => {
	const database = useTestDatabase(driver);

	test('has the tables and columns of the schema, and none besides', async () => {
		const rows = await database.db
			.select({ table: sql<string>`table_name`, column: sql<string>`column_name` })
			.from(sql`information_schema.columns`)
			.where(sql`table_schema = 'public'`);
		const there = rows.map(({ table, column }) => `${table}.${column}`).sort();
		expect(there).toEqual(columns());
	});

	test('no table holds the position of a person: the only coordinates are of places', () => {
		const located = columns().filter((name) =>
			/(^|[._])(lat|lon|lng|coords?|geo|point|position|fix)/i.test(name),
		);
		expect(located).toEqual(PLACES.flatMap((place) => [`${place}lat`, `${place}lon`]));
		const fractions = TABLES.flatMap((table) => getTableConfig(table).columns)
			.filter((column) => /double|real|numeric|json|bytea|point|geo/.test(column.getSQLType()))
			.map(({ name }) => name);
		expect(fractions.sort()).toEqual(
			[
				'lat',
				'lon',
				'destination_lat',
				'destination_lat',
				'destination_lon',
				'destination_lon',
			].sort(),
		);
	});

	test('after a whole meeting no secret, no token, and no place outside of its columns is in it', async () => {
		const it = rehearse(database.db);
		const { ana, ben, meeting, invite } = await it.anaAndBen();
		const { token } = await createAuth(database.db).logIn(ben.id);
		const atMs = it.clock.nowMs;
		const by = ana.id;
		await it.meetings.change(meeting.id, { type: 'set_destination', by, destination: HERE, atMs });
		await it.meetings.change(meeting.id, { type: 'meet', byHand: false, atMs });
		const everything = JSON.stringify(
			await Promise.all(TABLES.map((t) => database.db.select().from(t))),
		);
		expect(everything).toContain('PROXIMITY_REACHED');
		expect(everything).not.toContain(token);
		expect(everything).not.toContain(invite.secret);
		expect(everything.match(/48\.137154|11\.575382/g)).toHaveLength(2);
		const audit = JSON.stringify(await database.db.select().from(auditEvents));
		expect(audit).not.toMatch(/48\.|fountain|Ana|Ben|PROXIMITY/);
	});

	test.each([
		[`insert into users values (gen_random_uuid(), 'robot', 'R', now())`],
		[`update meetings set status = 'LOST'`],
		[`update meetings set status = 'ENDED'`],
		[`update meetings set ended_at = now()`],
		[`update meetings set destination_lat = 1`],
		[`update participants set seat = 2`],
		[`insert into participants select meeting_id, gen_random_uuid(), 1, now() from participants`],
		[`insert into audit_events values (gen_random_uuid(), now(), null, 'looked_away', null)`],
	])('refuses what the rules do not know: %s', async (statement) => {
		await rehearse(database.db).anaWaits();
		await expect(database.db.execute(sql.raw(statement))).rejects.toThrow();
	});

	test('removing a guest who came into no meeting leaves nothing of him', async () => {
		const it = rehearse(database.db);
		const eve = await it.people.createGuest(undefined);
		expect(eve.displayName).toBe('Guest');
		const { token } = await createAuth(database.db).logIn(eve.id);
		await it.people.remove(eve.id);
		expect(await it.people.find(eve.id)).toBeNull();
		expect(await createAuth(database.db).validate(token)).toBeNull();
	});

	test('removing leaves somebody alone who sits in a meeting or has an account', async () => {
		const it = rehearse(database.db);
		const { ana } = await it.anaWaits();
		const cleo = await it.people.createGuest('Cleo');
		await database.db.update(users).set({ kind: 'account' });
		await it.people.remove(cleo.id);
		await database.db.update(users).set({ kind: 'guest' });
		await it.people.remove(ana.id);
		expect(await it.people.find(cleo.id)).toEqual(cleo);
		expect(await it.people.find(ana.id)).toEqual(ana);
	});

	test('a person is renamed, and found by his id only', async () => {
		const { people } = rehearse(database.db);
		const { id } = await people.createGuest('Ana');
		await people.rename(id, 'Anna');
		expect(await people.find(id)).toEqual({ id, kind: 'guest', displayName: 'Anna' });
		expect(await people.find('nonsense')).toBeNull();
	});

	test('deleting a person leaves the meeting to the other one', async () => {
		const it = rehearse(database.db);
		const { ana, ben, meeting } = await it.anaAndBen();
		await database.db.delete(users).where(sql`${users.id} = ${ana.id}`);
		const view = await it.meetings.find(meeting.id);
		expect(view?.people).toEqual([ben]);
		expect(view?.meeting.createdBy).toMatch(/^0{8}-/);
		const seats = await database.db.select().from(participants).orderBy(asc(participants.seat));
		expect(seats).toMatchObject([{ userId: ben.id, seat: 1 }]);
	});

	test('the overdue are found by their index', async () => {
		const plan = await database.db.transaction(async (tx) => {
			await tx.execute(sql`set local enable_seqscan = off`);
			// The two drivers wrap their rows differently.
			return JSON.stringify(
				await tx.execute(
					sql`explain select id from ${meetings} where status <> 'ENDED' and expires_at <= now() order by expires_at limit 100`,
				),
			);
		});
		expect(plan).toContain('meetings_running_until');
	});
});

describe('opening PostgreSQL', () => {
	let fresh: Awaited<ReturnType<typeof createPostgresDatabase>>;
	beforeEach(async () => {
		fresh = await createPostgresDatabase();
	});
	afterEach(() => fresh.drop());

	test('servers that start at once on an empty database all come up, and print nothing', async () => {
		const printed = [vi.spyOn(console, 'log'), vi.spyOn(process.stdout, 'write')];
		const place = { databaseUrl: fresh.url, dataDir: './unused' };
		const servers = await Promise.all(Array.from({ length: 4 }, () => openDatabase(place)));
		for (const { db } of servers) expect(await db.$count(users)).toBe(0);
		await Promise.all(servers.map((server) => server.close()));
		for (const spy of printed) {
			expect(spy).not.toHaveBeenCalled();
			spy.mockRestore();
		}
	});

	test('is up until it is closed, and a query after that says "away" and not "bug"', async () => {
		const database = await openDatabase({ databaseUrl: fresh.url, dataDir: './unused' });
		expect(await database.isUp()).toBe(true);
		await Promise.all([database.close(), database.close()]);
		expect(await database.isUp()).toBe(false);
		const query = database.db.select().from(users);
		expect(isDatabaseAway(await query.catch((error: unknown) => error))).toBe(true);
	});

	test('a server whose connections are cut has its database back by itself', async () => {
		const database = await openDatabase({ databaseUrl: fresh.url, dataDir: './unused' });
		const cut = database.db.execute(sql`select pg_terminate_backend(pg_backend_pid())`);
		expect(isDatabaseAway(await cut.catch((error: unknown) => error))).toBe(true);
		expect(await database.isUp()).toBe(true);
		await database.close();
	});
});

test('a database that is not there is away; a broken rule is not', async () => {
	const place = { databaseUrl: 'postgres://nobody@127.0.0.1:1/none', dataDir: './unused' };
	const error = await openDatabase(place).catch((error: unknown) => error);
	expect(isDatabaseAway(error)).toBe(true);
	expect(
		isDatabaseAway(new Error('x', { cause: Object.assign(new Error('y'), { code: '23505' }) })),
	).toBe(false);
	expect(isDatabaseAway(null)).toBe(false);
});

describe('opening the embedded database', () => {
	let dataDir: string;
	beforeEach(() => {
		dataDir = mkdtempSync(join(tmpdir(), 'meetup-data-'));
	});
	afterEach(() => rmSync(dataDir, { recursive: true }));

	test('keeps what was written, for one process at a time, and says in the log that it is open', async () => {
		const lines: string[] = [];
		const log = createLog('info', { write: (line) => void lines.push(line) });
		const first = await openDatabase({ dataDir }, log);
		expect(lines.join()).toMatch(/"driver":"pglite".*"database_open"/);
		const { meeting } = await rehearse(first.db).anaWaits();
		await expect(openDatabase({ dataDir })).rejects.toThrow(DataFolderInUse);
		await closeTwice(first);
		const second = await openDatabase({ dataDir });
		expect((await rehearse(second.db).meetings.find(meeting.id))?.meeting).toEqual(meeting);
		await second.close();
	});

	test('gives the folder back where it could not be opened', async () => {
		await expect(openDatabase({ dataDir }, undefined, join(dataDir, 'nothing'))).rejects.toThrow(
			'_journal.json',
		);
		await closeTwice(await openDatabase({ dataDir }));
	});

	async function closeTwice(database: Database): Promise<void> {
		expect(await database.isUp()).toBe(true);
		await Promise.all([database.close(), database.close()]);
		expect(await database.isUp()).toBe(false);
	}
});

function columns(): string[] {
	return TABLES.flatMap((table) => {
		const { name, columns } = getTableConfig(table);
		return columns.map((column) => `${name}.${column.name}`);
	}).sort();
}
