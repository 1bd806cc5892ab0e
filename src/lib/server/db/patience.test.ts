import { resolve } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTcpProxy, type TcpProxy } from '../../../../tests/support/tcp-proxy';
import { isDatabaseAway } from './away';
import type { Database } from './database';
import { openPostgres } from './postgres';
import { users } from './schema';
import { createPostgresDatabase, insertAccountRow } from './testing';

const PATIENCE_MS = 1_000;
/** More than there are connections. */
const MANY = 30;

let fresh: Awaited<ReturnType<typeof createPostgresDatabase>>;
let proxy: TcpProxy;
let database: Database;
beforeEach(async () => {
	fresh = await createPostgresDatabase();
	proxy = await openTcpProxy(fresh.url);
	database = await openPostgres(proxy.url, resolve('drizzle'), PATIENCE_MS);
});
afterEach(async () => {
	await proxy.heal();
	await database.close();
	await proxy.close();
	await fresh.drop();
});

const ask = () => database.db.select({ createdAtMs: users.createdAtMs }).from(users);
const awayOrNot = (work: Promise<unknown>) => work.then(() => 'answered', isDatabaseAway);
const many = <T>(work: () => Promise<T>) => Promise.all(Array.from({ length: MANY }, work));

test('whoever asks a database that hangs is told so in time, however many ask', async () => {
	await insertAccountRow(database.db, { handle: 'ana', createdAtMs: 1_000 });
	await many(ask);
	await proxy.hang();
	const askedAtMs = performance.now();
	const told = await many(() => awayOrNot(ask()));
	expect(new Set(told)).toEqual(new Set([true]));
	expect(performance.now() - askedAtMs).toBeLessThan(3 * PATIENCE_MS);

	// With connections of its own: those that hung are not asked again.
	expect(await awayOrNot(ask())).toBe(true);
	await proxy.heal();
	await expect.poll(() => awayOrNot(ask()), { timeout: 20_000 }).toBe('answered');
	expect(await ask()).toEqual([{ createdAtMs: 1_000 }]);
});

test('a transaction that was given up is not made behind the back of whoever asked', async () => {
	await proxy.hang();
	const told = await many(() =>
		awayOrNot(
			database.db.transaction((tx) =>
				tx.insert(users).values({
					id: crypto.randomUUID(),
					kind: 'guest',
					displayName: 'Ben',
					createdAtMs: 1,
				}),
			),
		),
	);
	expect(new Set(told)).toEqual(new Set([true]));
	await proxy.heal();
	await expect.poll(() => awayOrNot(ask()), { timeout: 20_000 }).toBe('answered');
	expect(await database.db.$count(users)).toBe(0);
});

test('one slow question is given up alone: the others keep their connections', async () => {
	const pid = async () => JSON.stringify(await database.db.execute(sql`select pg_backend_pid()`));
	const slow = awayOrNot(database.db.execute(sql`select pg_sleep(3)`));
	const before = await pid();
	expect(await slow).toBe(true);
	expect(await pid()).toBe(before);
});

test('a database that died is away at once, and there again as soon as it is back', async () => {
	await ask();
	await proxy.cut();
	// Each try would make the next one wait longer.
	for (let tries = 0; tries < 2 * MANY; tries++) expect(await awayOrNot(ask())).toBe(true);
	await proxy.heal();
	const healedAtMs = performance.now();
	expect(await awayOrNot(ask())).toBe('answered');
	expect(performance.now() - healedAtMs).toBeLessThan(2_000);
});

test('a database that is far away is only slow', async () => {
	proxy.delay(100);
	expect(await awayOrNot(ask())).toBe('answered');
	expect(await database.isUp()).toBe(true);
});
