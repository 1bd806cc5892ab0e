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

/** What people who may know of one another know: id, handle, name. */
export interface PublicPerson {
	readonly id: string;
	/** Null for guests and for accounts of an outside issuer. */
	readonly handle: string | null;
	readonly displayName: string;
}

export const PERSON_LIMITS = {
	handleMin: 3,
	handleMax: 20,
	passwordMin: 8,
	/** Longer ones would only cost time to hash. */
	passwordMax: 200,
	searchMin: 2,
	searchRows: 20,
	savedPlaces: 20,
} as const;
