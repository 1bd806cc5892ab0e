import { resolve } from 'node:path';
import { SILENT, type Log } from '../log';
import type { Database } from './database';

export interface DatabasePlace {
	/** PostgreSQL. Without it the embedded PGlite is used, in `dataDir`. */
	readonly databaseUrl?: string;
	readonly dataDir: string;
}

/**
 * Opens the database and brings it up to date with the migrations in `migrationsFolder`; the process
 * is started in the project's root, in development and in production. Throws DataFolderInUse where
 * another process has the data folder.
 */
export async function openDatabase(
	{ databaseUrl, dataDir }: DatabasePlace,
	log: Log = SILENT,
	migrationsFolder: string = resolve('drizzle'),
): Promise<Database> {
	const startedAtMs = performance.now();
	// Loaded on demand: whoever has PostgreSQL shall not carry a second one in memory.
	const database =
		databaseUrl === undefined
			? await (await import('./embedded')).openEmbedded(dataDir, migrationsFolder)
			: await (await import('./postgres')).openPostgres(databaseUrl, migrationsFolder);
	const driver = databaseUrl === undefined ? 'pglite' : 'postgres';
	log.info({ driver, tookMs: performance.now() - startedAtMs }, 'database_open');
	return database;
}
