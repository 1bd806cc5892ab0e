import { randomUUID } from 'node:crypto';
import { is, sql } from 'drizzle-orm';
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { PublicPerson } from '$lib/meeting';
import { openDatabase } from './connection';
import { IN_MEMORY, type Database, type Db } from './database';
import { PUBLIC_PERSON } from './public-people';
import * as schema from './schema';

/** For tests: every suite about the database runs on both. */
export const DRIVERS = ['PGlite', 'PostgreSQL'] as const;
export type Driver = (typeof DRIVERS)[number];

export const TABLES: readonly PgTable[] = Object.values(schema).filter((table) =>
	is(table, PgTable),
);

/** A fresh migrated database for the tests of the calling `describe`, empty before each of them. */
export function useTestDatabase(driver: Driver): { readonly db: Db } {
	let opened: Database | undefined;
	const current = () => {
		if (!opened) throw new Error('the database is there from beforeAll on');
		return opened;
	};
	beforeAll(async () => {
		opened = driver === 'PGlite' ? await openDatabase({ dataDir: IN_MEMORY }) : await openFresh();
	});
	beforeEach(() => empty(current().db));
	afterAll(() => opened?.close());
	return {
		get db() {
			return current().db;
		},
	};
}

/** A database of its own on the server of the tests, dropped when it is closed. */
async function openFresh(): Promise<Database> {
	const fresh = await createPostgresDatabase();
	const database = await openDatabase({ databaseUrl: fresh.url, dataDir: IN_MEMORY });
	return {
		...database,
		async close() {
			await database.close();
			await fresh.drop();
		},
	};
}

/** An empty database without tables. */
export async function createPostgresDatabase(): Promise<{
	readonly url: string;
	drop(): Promise<void>;
}> {
	const adminUrl = process.env.TEST_DATABASE_URL;
	if (!adminUrl)
		throw new Error('TEST_DATABASE_URL is missing: run npm test, which starts PostgreSQL.');
	const name = `meetup_test_${randomUUID().replaceAll('-', '')}`;
	const admin = postgres(adminUrl, { max: 1, onnotice() {} });
	await admin.unsafe(`create database ${name}`);
	const url = new URL(adminUrl);
	url.pathname = `/${name}`;
	return {
		url: url.href,
		async drop() {
			await admin.unsafe(`drop database if exists ${name} with (force)`);
			await admin.end();
		},
	};
}

/** An account without a password, which no test of the rules needs to know or to hash. */
export async function insertAccountRow(
	db: Db,
	{
		handle,
		displayName = handle,
		...rest
	}: {
		readonly handle: string;
		readonly createdAtMs: number;
		readonly displayName?: string;
		readonly searchable?: boolean;
	},
): Promise<PublicPerson> {
	const [saved] = await db
		.insert(schema.users)
		.values({ id: randomUUID(), kind: 'account', handle, displayName, ...rest })
		.returning(PUBLIC_PERSON);
	if (!saved) throw new Error('the database took an account and gave none back');
	return saved;
}

async function empty(db: Db): Promise<void> {
	const names = TABLES.map((table) => sql.identifier(getTableConfig(table).name));
	await db.execute(sql`truncate ${sql.join(names, sql`, `)} cascade`);
}
