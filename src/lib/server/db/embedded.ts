import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import { answers, IN_MEMORY, type Database } from './database';
import { lockDataFolder, type DataFolderLock } from './data-folder-lock';
import * as schema from './schema';

/** PGlite, PostgreSQL compiled to WebAssembly, in this process. */
export async function openEmbedded(dataDir: string, migrationsFolder: string): Promise<Database> {
	// PGlite itself lets two processes open one folder, and each then keeps its own view of it.
	const lock = dataDir === IN_MEMORY ? null : await lockDataFolder(dataDir);
	try {
		const client = await PGlite.create(lock ? join(dataDir, 'database') : IN_MEMORY);
		const db = drizzle(client, { schema });
		await migrate(db, { migrationsFolder });
		return database(client, db, lock);
	} catch (error) {
		lock?.release();
		throw error;
	}
}

function database(client: PGlite, db: Database['db'], lock: DataFolderLock | null): Database {
	let closing: Promise<void> | null = null;
	return {
		db,
		isUp: async () => !client.closed && (await answers(() => db.execute(sql`select 1`))),
		close: () => (closing ??= client.close().finally(() => lock?.release())),
	};
}
