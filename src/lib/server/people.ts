export const PERSON_KINDS = ['account', 'guest'] as const;
export type PersonKind = (typeof PERSON_KINDS)[number];

export interface Person {
	readonly id: string;
	readonly kind: PersonKind;
	readonly displayName: string;
}

export interface People {
	/** Somebody who came by link. The name is trimmed by the schema before; none gives "Guest". */
	createGuest(displayName: string | undefined): Promise<Person>;
	find(personId: string): Promise<Person | null>;
	rename(personId: string, displayName: string): Promise<void>;
}
