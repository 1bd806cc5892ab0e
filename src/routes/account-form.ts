import { MEETING_LIMITS, PERSON_LIMITS } from '$lib/meeting';
import { DisplayName, Handle, Password } from '$lib/protocol';
import { textOf } from './start-form';

export type AccountField = 'handle' | 'name' | 'password';
export type AccountFormRefusal =
	| 'HANDLE_INVALID'
	| 'HANDLE_TAKEN'
	| 'NAME_MISSING'
	| 'NAME_TOO_LONG'
	| 'PASSWORD_TOO_SHORT'
	| 'PASSWORD_TOO_LONG'
	| 'PASSWORD_TOO_COMMON';
/** At most one sentence under each field. */
export type FieldErrors = { readonly [field in AccountField]?: AccountFormRefusal };

export type Reading<T> =
	{ readonly ok: true; readonly value: T } | { readonly ok: false; readonly errors: FieldErrors };

/** How a form of handle, name and password comes back. Never with the password. A type, for forms want an index. */
export type AccountAnswer = {
	/** What is wrong beside the fields; null where the fields say it all. */
	readonly code: string | null;
	readonly waitS: number | null;
	readonly errors: FieldErrors;
	readonly handle: string;
	readonly name: string;
};

/** What a form of an account answers besides what was typed. */
export function answerTo(
	form: FormData,
	{ code = null, waitS = null, errors = {} }: Partial<AccountAnswer>,
): AccountAnswer {
	return { code, waitS, errors, handle: textOf(form, 'handle'), name: textOf(form, 'name') };
}

/** The same for a refusal of the use cases, said under the field it is about. */
export function refusalAnswer(form: FormData, code: string): AccountAnswer {
	if (code === 'HANDLE_TAKEN') return answerTo(form, { errors: { handle: code } });
	if (code === 'PASSWORD_TOO_COMMON') return answerTo(form, { errors: { password: code } });
	return answerTo(form, { code });
}

/** "Register": all three. */
export function readRegistration(
	form: FormData,
): Reading<{ handle: string; displayName: string; password: string }> {
	const handle = readHandle(form);
	const name = readDisplayName(form);
	const password = readNewPassword(form);
	if (handle.ok && name.ok && password.ok)
		return {
			ok: true,
			value: { handle: handle.value, displayName: name.value, password: password.value },
		};
	return { ok: false, errors: errorsOf({ handle, name, password }) };
}

/** "Keep this friend": a guest has a name already and may leave it as it is. */
export function readKeeping(
	form: FormData,
): Reading<{ handle: string; password: string; displayName?: string }> {
	const handle = readHandle(form);
	const password = readNewPassword(form);
	const isNamed = textOf(form, 'name').trim() !== '';
	const name = isNamed ? readDisplayName(form) : null;
	if (handle.ok && password.ok && (name === null || name.ok))
		return {
			ok: true,
			value: {
				handle: handle.value,
				password: password.value,
				...(name && { displayName: name.value }),
			},
		};
	return { ok: false, errors: errorsOf({ handle, password, ...(name && { name }) }) };
}

/** "Log in": null where no account can have such a handle or password. Which of the two is not said. */
export function readCredentials(form: FormData): { handle: string; password: string } | null {
	const handle = Handle.safeParse(textOf(form, 'handle'));
	const password = Password.safeParse(textOf(form, 'password'));
	return handle.success && password.success
		? { handle: handle.data, password: password.data }
		: null;
}

type FieldReading =
	| { readonly ok: true; readonly value: string }
	| { readonly ok: false; readonly code: AccountFormRefusal };

export function readHandle(form: FormData): FieldReading {
	const handle = Handle.safeParse(textOf(form, 'handle'));
	return handle.success ? { ok: true, value: handle.data } : { ok: false, code: 'HANDLE_INVALID' };
}

export function readDisplayName(form: FormData): FieldReading {
	const typed = textOf(form, 'name');
	const name = DisplayName.safeParse(typed);
	if (name.success) return { ok: true, value: name.data };
	const isLong = typed.trim().length > MEETING_LIMITS.displayNameMax;
	return { ok: false, code: isLong ? 'NAME_TOO_LONG' : 'NAME_MISSING' };
}

/** Passwords are taken as they were typed, blanks and all. */
export function readNewPassword(form: FormData, field = 'password'): FieldReading {
	const typed = textOf(form, field);
	const password = Password.safeParse(typed);
	if (password.success) return { ok: true, value: password.data };
	const isLong = typed.length > PERSON_LIMITS.passwordMax;
	return { ok: false, code: isLong ? 'PASSWORD_TOO_LONG' : 'PASSWORD_TOO_SHORT' };
}

function errorsOf(readings: { readonly [field in AccountField]?: FieldReading }): FieldErrors {
	const { handle, name, password } = readings;
	return {
		...(handle && !handle.ok && { handle: handle.code }),
		...(name && !name.ok && { name: name.code }),
		...(password && !password.ok && { password: password.code }),
	};
}
