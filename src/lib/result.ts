/** What a use case or a rule answers: the value, or the code of the refusal. Bugs throw instead. */
export type Result<T, Code extends string> =
	{ readonly ok: true; readonly value: T } | { readonly ok: false; readonly code: Code };

export function done<T>(value: T): { readonly ok: true; readonly value: T } {
	return { ok: true, value };
}

export function refuse<Code extends string>(
	code: Code,
): { readonly ok: false; readonly code: Code } {
	return { ok: false, code };
}
