export type Section = 'name' | 'password' | 'find' | 'devices' | 'blocked' | 'places' | 'logout';
/** Which of the two fields of "Password" a refusal is about. */
export type PasswordField = 'current' | 'next';

/** What a form of the settings answers, to the section it was sent from. A type, for forms want an index. */
export type Answer = {
	readonly section: Section;
	/** Null where it is done. */
	readonly code: string | null;
	readonly waitS: number | null;
	readonly field: PasswordField | null;
	/** A name that was refused, to be shown again. */
	readonly typed: string | null;
};

export function answer(
	section: Section,
	{ code = null, waitS = null, field = null, typed = null }: Partial<Answer> = {},
): Answer {
	return { section, code, waitS, field, typed };
}
