import { and, count, eq } from 'drizzle-orm';
import type { LatLon } from '$lib/geo';
import type { Db, Tx } from './database';
import { savedPlaces, users } from './schema';

export interface PlaceRow extends LatLon {
	readonly id: string;
	readonly name: string;
}

const PLACE = {
	id: savedPlaces.id,
	name: savedPlaces.name,
	lat: savedPlaces.lat,
	lon: savedPlaces.lon,
};

export async function placesOf(db: Db, personId: string): Promise<readonly PlaceRow[]> {
	return db.select(PLACE).from(savedPlaces).where(eq(savedPlaces.userId, personId));
}

/**
 * How many a person has, which stays true until the transaction ends: who wants to save one locks the
 * person. Not so hard that the person could not be seated in a meeting meanwhile.
 */
export async function countPlacesLocked(tx: Tx, personId: string): Promise<number> {
	await tx.select({ id: users.id }).from(users).where(eq(users.id, personId)).for('no key update');
	const [counted] = await tx
		.select({ places: count() })
		.from(savedPlaces)
		.where(eq(savedPlaces.userId, personId));
	return counted?.places ?? 0;
}

export async function insertPlace(
	tx: Tx,
	place: PlaceRow & { readonly userId: string; readonly createdAtMs: number },
): Promise<PlaceRow> {
	const [saved] = await tx.insert(savedPlaces).values(place).returning(PLACE);
	if (!saved) throw new Error('the database took a place and gave none back');
	return saved;
}

export async function deletePlace(tx: Tx, personId: string, placeId: string): Promise<boolean> {
	const deleted = await tx
		.delete(savedPlaces)
		.where(and(eq(savedPlaces.id, placeId), eq(savedPlaces.userId, personId)))
		.returning({ id: savedPlaces.id });
	return deleted.length > 0;
}
