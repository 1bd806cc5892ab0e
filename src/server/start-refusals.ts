import type { Env } from '$lib/server/env';

/** The refusals to start that the app's own parts make; known by name, as they come from another bundle. */
const NAMED: readonly string[] = ['SettingsError', 'DataFolderInUse'];

/** How a connection to PostgreSQL fails before it says a word (Node's codes, and postgres.js's own). */
const UNREACHABLE =
	/^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|CONNECT_TIMEOUT|CONNECTION_CLOSED)$/;

/**
 * The sentence for whoever starts the server: which setting or folder it is and what to do. Null for
 * a bug, which keeps its stack. Never repeats a setting's value where that may be a secret.
 */
export function startRefusal(error: unknown, env: Env | null): string | null {
	if (!(error instanceof Error)) return null;
	if (NAMED.includes(error.name)) return error.message;
	const code = codeOf(error);
	if (code === null || env === null) return null;
	return listenRefusal(code, env) ?? (env.databaseUrl ? databaseRefusal(code) : null);
}

function listenRefusal(code: string, { port, host }: Env): string | null {
	if (code === 'EADDRINUSE')
		return `Port ${port} is taken by another program. Choose a free one with PORT, for example PORT=${port + 1}.`;
	if (code === 'EACCES') return `Port ${port} needs more rights. Choose one above 1023 with PORT.`;
	if (code === 'EADDRNOTAVAIL') return `HOST=${host} is no address of this machine.`;
	return null;
}

function databaseRefusal(code: string): string | null {
	if (UNREACHABLE.test(code))
		return `The PostgreSQL that DATABASE_URL names can't be reached (${code}). Is it running, and are host and port right?`;
	// https://www.postgresql.org/docs/current/errcodes-appendix.html
	if (code === '28P01' || code === '28000')
		return 'PostgreSQL refuses the user or the password in DATABASE_URL.';
	if (code === '3D000')
		return 'The database that DATABASE_URL names does not exist: create it first.';
	return null;
}

/** Drizzle wraps what the driver says. */
function codeOf(error: Error): string | null {
	if ('code' in error && typeof error.code === 'string') return error.code;
	return error.cause instanceof Error ? codeOf(error.cause) : null;
}
