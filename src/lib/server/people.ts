import { NAMELESS_GUEST, type Person, type PublicPerson } from '$lib/meeting';
import { isId } from '$lib/protocol';
import type { Db } from './db';
import { writeAudit } from './db/audit';
import { findPerson, insertPerson, removeIdleGuest, renamePerson } from './db/people';
import { findPublicPeople } from './db/public-people';

export interface People {
	/** Somebody who came by link. The name is trimmed by the schema before; none gives "Guest". */
	createGuest(displayName: string | undefined): Promise<Person>;
	find(personId: string): Promise<Person | null>;
	/** With their handles, in no order; ids of nobody are passed over. */
	publicOf(personIds: readonly string[]): Promise<readonly PublicPerson[]>;
	rename(personId: string, displayName: string): Promise<void>;
	/** Takes a guest back who came into no meeting, his login included; leaves everybody else alone. */
	remove(personId: string): Promise<void>;
}

export interface PeopleDeps {
	readonly db: Db;
	readonly now: () => number;
	readonly newId: () => string;
}

export function createPeople({ db, now, newId }: PeopleDeps): People {
	return {
		async createGuest(displayName) {
			const guest: Person = {
				id: newId(),
				kind: 'guest',
				displayName: displayName || NAMELESS_GUEST,
			};
			const atMs = now();
			return db.transaction(async (tx) => {
				const person = await insertPerson(tx, guest, atMs);
				await writeAudit(tx, {
					action: 'guest_created',
					atMs,
					actorId: person.id,
					meetingId: null,
				});
				return person;
			});
		},
		find: async (personId) => (isId(personId) ? findPerson(db, personId) : null),
		publicOf: async (personIds) => findPublicPeople(db, personIds.filter(isId)),
		rename: (personId, displayName) => renamePerson(db, personId, displayName),
		remove: (personId) => removeIdleGuest(db, personId),
	};
}
