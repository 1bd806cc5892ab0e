import postgres from 'postgres';

/** An address that scripts/services.mjs has set. */
export function required(name: string): string {
	const value = process.env[name];
	if (!value) throw new Error(`${name} is not set: run npm test, which starts what the tests need`);
	return value;
}

/** A database of a story's own. */
export async function emptyDatabase() {
	const admin = postgres(required('TEST_DATABASE_URL'), { max: 1, onnotice: () => {} });
	const name = `meetup_pages_${process.pid}_${Math.random().toString(36).slice(2, 8)}`;
	await admin.unsafe(`create database ${name}`);
	const url = new URL(required('TEST_DATABASE_URL'));
	url.pathname = `/${name}`;
	const sql = postgres(url.href, { max: 1, onnotice: () => {} });
	return {
		url: url.href,
		sql,
		async dump(): Promise<string> {
			const names = await sql<{ name: string }[]>`
				select table_name as name from information_schema.tables where table_schema = 'public'`;
			const rows = await Promise.all(
				names.map(({ name: table }) => sql.unsafe(`select * from "${table}"`)),
			);
			return JSON.stringify(rows);
		},
		async redisKeys(): Promise<string> {
			const { Redis } = await import('ioredis');
			const redis = new Redis(required('TEST_REDIS_URL'));
			const keys = await redis.keys('*');
			const values = await Promise.all(
				keys.map(async (key) =>
					(await redis.type(key)) === 'hash' ? redis.hgetall(key) : redis.get(key),
				),
			);
			redis.disconnect();
			return JSON.stringify([keys, values]);
		},
		async drop(): Promise<void> {
			await sql.end();
			await admin.unsafe(`drop database ${name} with (force)`);
			await admin.end();
		},
	};
}
