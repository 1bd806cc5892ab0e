import { PERSON_LIMITS, type PublicPerson } from '$lib/meeting';
import { isId } from '$lib/protocol';
import type { Db } from './db';
import { writeAudit } from './db/audit';
import { friendsOf, unfriend } from './db/friendships';
import { findKnown, searchAccounts } from './db/public-people';

export interface Friends {
	/** Accounts he met or whose request was accepted, by name. Blocked people, either way, are not there. */
	list(personId: string): Promise<readonly PublicPerson[]>;
	/** Accounts by handle or name, at most 20; never himself, the blocked, or who opted out. */
	search(personId: string, words: string): Promise<readonly PublicPerson[]>;
	/** Another account by its id, or somebody he shares a meeting with; null for unknown and blocked. */
	find(personId: string, otherId: string): Promise<PublicPerson | null>;
	/** Ends the friendship for both. False where there was none. */
	remove(personId: string, friendId: string): Promise<boolean>;
}

export interface FriendsDeps {
	readonly db: Db;
	readonly now: () => number;
}

/** No handle and no name is as long: nothing would be found. */
const SEARCH_MAX = 64;

export function createFriends({ db, now }: FriendsDeps): Friends {
	return {
		async list(personId) {
			if (!isId(personId)) return [];
			const friends = await friendsOf(db, personId);
			return [...friends].sort(
				(a, b) => BY_NAME.compare(a.displayName, b.displayName) || (a.id < b.id ? -1 : 1),
			);
		},

		async search(personId, typed) {
			// The database takes every character but NUL.
			const words = typed.replaceAll('\0', '').trim().replace(/^@/, '');
			const { length } = words;
			if (!isId(personId) || length < PERSON_LIMITS.searchMin || length > SEARCH_MAX) return [];
			return searchAccounts(db, personId, words, PERSON_LIMITS.searchRows);
		},

		find: async (personId, otherId) =>
			isId(personId) && isId(otherId) ? findKnown(db, personId, otherId) : null,

		async remove(personId, friendId) {
			if (!isId(personId) || !isId(friendId)) return false;
			return db.transaction(async (tx) => {
				const wasThere = await unfriend(tx, personId, friendId);
				if (wasThere)
					await writeAudit(tx, {
						action: 'friend_removed',
						atMs: now(),
						actorId: personId,
						meetingId: null,
					});
				return wasThere;
			});
		},
	};
}

/** One order for everybody, on every server. */
const BY_NAME = new Intl.Collator('en');
