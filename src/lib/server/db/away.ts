/** Codes of postgres.js, of the system, and of PostgreSQL when it stops or has no room. */
const AWAY = new Set([
	'CONNECT_TIMEOUT',
	'CONNECTION_CLOSED',
	'CONNECTION_DESTROYED',
	'CONNECTION_ENDED',
	'ECONNREFUSED',
	'ECONNRESET',
	'EHOSTUNREACH',
	'ENETUNREACH',
	'ENOTFOUND',
	'EAI_AGAIN',
	'EPIPE',
	'ETIMEDOUT',
	'53300',
	'57P01',
	'57P02',
	'57P03',
]);

/** Whether this error means "try again in a moment" and not a bug. The causes are looked at too. */
export function isDatabaseAway(error: unknown): boolean {
	for (let cause = error, depth = 0; cause instanceof Error && depth < 5; depth++) {
		if ('code' in cause && typeof cause.code === 'string') {
			if (AWAY.has(cause.code) || cause.code.startsWith('08')) return true;
		}
		if (cause instanceof AggregateError && cause.errors.some(isDatabaseAway)) return true;
		cause = cause.cause;
	}
	return false;
}
