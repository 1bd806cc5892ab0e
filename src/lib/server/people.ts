import type { Person } from '$lib/meeting';

export interface People {
	/** Somebody who came by link. The name is trimmed by the schema before; none gives "Guest". */
	createGuest(displayName: string | undefined): Promise<Person>;
	find(personId: string): Promise<Person | null>;
	rename(personId: string, displayName: string): Promise<void>;
}
