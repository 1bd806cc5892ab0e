import { PERSON_LIMITS } from '$lib/meeting';

let common: Promise<ReadonlySet<string>> | undefined;

/** Whether so many people use it, in whatever case, that it is guessed first. */
export async function isCommonPassword(password: string): Promise<boolean> {
	common ??= load();
	return (await common).has(password.toLowerCase());
}

/** Fifty thousand words that a server without registrations need not hold. */
async function load(): Promise<ReadonlySet<string>> {
	const { dictionary } = await import('@zxcvbn-ts/language-common');
	const words = dictionary['passwords-common'];
	return new Set(
		words
			.filter(({ length }) => length >= PERSON_LIMITS.passwordMin)
			.map((word) => word.toLowerCase()),
	);
}
