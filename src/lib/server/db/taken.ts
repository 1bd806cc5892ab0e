const UNIQUE_VIOLATION = '23505';

/** Whether a row was refused because another one has what must be unique: the constraint is named. */
export function isTaken(error: unknown, constraint: string): boolean {
	for (let cause = error, depth = 0; cause instanceof Error && depth < 5; depth++) {
		if ('code' in cause && cause.code === UNIQUE_VIOLATION) return nameOf(cause) === constraint;
		cause = cause.cause;
	}
	return false;
}

/** postgres.js and PGlite have different words for it. */
function nameOf(error: Error): unknown {
	if ('constraint_name' in error) return error.constraint_name;
	return 'constraint' in error ? error.constraint : undefined;
}
