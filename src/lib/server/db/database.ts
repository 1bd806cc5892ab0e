import type { ExtractTablesWithRelations } from 'drizzle-orm';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import type * as schema from './schema';

/**
 * The same for both drivers. Inside `db.transaction(async (tx) => …)` use `tx` only: PGlite is one
 * connection, and a query beside the transaction waits for it for ever.
 */
export type Db = PgDatabase<
	PgQueryResultHKT,
	typeof schema,
	ExtractTablesWithRelations<typeof schema>
>;
export type Tx = Parameters<Parameters<Db['transaction']>[0]>[0];

export interface Database {
	readonly db: Db;
	/** Whether it answers within two seconds. Never throws. */
	isUp(): Promise<boolean>;
	/** Safe to call twice. */
	close(): Promise<void>;
}

/** In place of a data folder: an embedded database that lasts as long as the process. */
export const IN_MEMORY = 'memory://';

const ANSWER_WITHIN_MS = 2_000;

/** Whether `question` is answered in time; a hanging server counts as away. Never throws. */
export async function answers(question: () => Promise<unknown>): Promise<boolean> {
	let timer: NodeJS.Timeout | undefined;
	const tooLate = new Promise<boolean>((resolve) => {
		timer = setTimeout(() => resolve(false), ANSWER_WITHIN_MS);
	});
	const answered = question().then(
		() => true,
		() => false,
	);
	try {
		return await Promise.race([answered, tooLate]);
	} finally {
		clearTimeout(timer);
	}
}
