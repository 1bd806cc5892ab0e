import { PERSON_LIMITS, type Place } from '$lib/meeting';
import { isId } from '$lib/protocol';
import { done, refuse, type Result } from '$lib/result';
import type { Db } from './db';
import { writeAudit } from './db/audit';
import { countPlacesLocked, deletePlace, insertPlace, placesOf } from './db/places';

export interface SavedPlace extends Place {
	readonly id: string;
}

export interface Places {
	/** By name. */
	list(personId: string): Promise<readonly SavedPlace[]>;
	save(personId: string, place: Place): Promise<Result<SavedPlace, 'TOO_MANY_PLACES'>>;
	/** False where it is not his. */
	remove(personId: string, placeId: string): Promise<boolean>;
}

export interface PlacesDeps {
	readonly db: Db;
	readonly now: () => number;
	readonly newId: () => string;
}

export function createPlaces({ db, now, newId }: PlacesDeps): Places {
	return {
		async list(personId) {
			const places = await placesOf(db, personId);
			// Not in the database: its two drivers sort letters differently.
			return [...places].sort(
				(a, b) => a.name.localeCompare(b.name, 'en') || a.id.localeCompare(b.id, 'en'),
			);
		},

		async save(personId, { name, lat, lon }) {
			const atMs = now();
			return db.transaction(async (tx) => {
				const count = await countPlacesLocked(tx, personId);
				if (count >= PERSON_LIMITS.savedPlaces) return refuse('TOO_MANY_PLACES');
				const place = { id: newId(), userId: personId, name, lat, lon, createdAtMs: atMs };
				const saved = await insertPlace(tx, place);
				await writeAudit(tx, { action: 'place_saved', atMs, actorId: personId, meetingId: null });
				return done(saved);
			});
		},

		async remove(personId, placeId) {
			if (!isId(placeId)) return false;
			const atMs = now();
			return db.transaction(async (tx) => {
				if (!(await deletePlace(tx, personId, placeId))) return false;
				await writeAudit(tx, { action: 'place_removed', atMs, actorId: personId, meetingId: null });
				return true;
			});
		},
	};
}
