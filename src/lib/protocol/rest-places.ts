import { z } from 'zod';
import { Destination, Id } from './fields';

/** Places somebody keeps, to offer them as a meeting point again. */

export const PlaceBody = Destination;
export const SavedPlaceField = Destination.extend({ id: Id });
export type SavedPlaceField = z.infer<typeof SavedPlaceField>;
export const PlaceAnswer = z.object({ place: SavedPlaceField });
export const PlacesAnswer = z.object({ places: z.array(SavedPlaceField) });
