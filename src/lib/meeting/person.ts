export const PERSON_KINDS = ['account', 'guest'] as const;
export type PersonKind = (typeof PERSON_KINDS)[number];

/** What a guest is called who gives no name. */
export const NAMELESS_GUEST = 'Guest';

/** Somebody with an account, or a guest who came by link. */
export interface Person {
	readonly id: string;
	readonly kind: PersonKind;
	readonly displayName: string;
}
