import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres, { type Options } from 'postgres';
import { answers, type Database } from './database';
import { openPool } from './patience';
import * as schema from './schema';

const OPTIONS = {
	connect_timeout: 5,
	connection: { application_name: 'meetup' },
	// Each question tries anew: by default somebody would wait up to 20 s for a database that is back.
	backoff: () => 0.1,
	// "relation already exists, skipping" and the like, which postgres.js would print.
	onnotice() {},
} satisfies Options<Record<string, never>>;

/** Any number that no other program on the same database takes by chance: "meet" in ASCII. */
const MIGRATION_LOCK = 0x6d_65_65_74;

/** As long as somebody looks at a page that does not come. Longer than `connect_timeout`. */
const ANSWER_WITHIN_MS = 8_000;

export async function openPostgres(
	url: string,
	migrationsFolder: string,
	answerWithinMs = ANSWER_WITHIN_MS,
): Promise<Database> {
	await migrateAlone(url, migrationsFolder);
	const pool = openPool(() => postgres(url, { ...OPTIONS, max: 10 }), answerWithinMs);
	const db = drizzle(pool.client, { schema });
	let closing: Promise<void> | null = null;
	return {
		db,
		isUp: () => answers(() => db.execute(sql`select 1`)),
		close: () => (closing ??= pool.end()),
	};
}

/** Servers that start together wait for one another here. The lock belongs to the connection: one only. */
async function migrateAlone(url: string, migrationsFolder: string): Promise<void> {
	const client = postgres(url, { ...OPTIONS, max: 1 });
	try {
		await client`select pg_advisory_lock(${MIGRATION_LOCK})`;
		await migrate(drizzle(client), { migrationsFolder });
	} finally {
		// Ending the connection gives the lock back, also where the migration failed.
		await client.end({ timeout: 5 });
	}
}
