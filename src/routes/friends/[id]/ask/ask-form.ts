import type { Place } from '$lib/meeting';
import { Destination, Note } from '$lib/protocol';
import { done, refuse, type Result } from '$lib/result';
import { textOf } from '../../../start-form';

/** What a person chose under "Where?": nothing, one of his saved places, or a spot on the map. */
export type PlaceWish =
	| { readonly from: 'nowhere' }
	| { readonly from: 'saved'; readonly id: string }
	| { readonly from: 'map'; readonly place: Place; readonly keeps: boolean };

export interface AskForm {
	readonly note: string | null;
	readonly where: PlaceWish;
}

export type AskRefusal = 'NOTE_TOO_LONG' | 'PLACE_MISSING' | 'PLACE_NAME_MISSING';

export function readAskForm(form: FormData): Result<AskForm, AskRefusal> {
	const note = readNote(textOf(form, 'note'));
	if (!note.ok) return note;
	const where = readPlace(form);
	if (!where.ok) return where;
	return done({ note: note.value, where: where.value });
}

/** Blanks count as nothing; a line break is a blank: a note is one line. */
function readNote(typed: string): Result<string | null, 'NOTE_TOO_LONG'> {
	const words = typed.replace(/\s+/g, ' ').trim();
	if (words === '') return done(null);
	const note = Note.safeParse(words);
	return note.success ? done(note.data) : refuse('NOTE_TOO_LONG');
}

function readPlace(form: FormData): Result<PlaceWish, 'PLACE_MISSING' | 'PLACE_NAME_MISSING'> {
	const choice = textOf(form, 'place');
	if (choice === '') return done({ from: 'nowhere' });
	if (choice !== 'map') return done({ from: 'saved', id: choice });
	const [lat, lon] = [textOf(form, 'lat'), textOf(form, 'lon')];
	// An empty field would count as 0, a spot in the Gulf of Guinea.
	if (lat === '' || lon === '') return refuse('PLACE_MISSING');
	const at = { lat: Number(lat), lon: Number(lon) };
	const place = Destination.safeParse({ name: textOf(form, 'place_name'), ...at });
	if (place.success) return done({ from: 'map', place: place.data, keeps: form.has('save_place') });
	const isNamed = Destination.safeParse({ name: 'x', ...at }).success;
	return refuse(isNamed ? 'PLACE_NAME_MISSING' : 'PLACE_MISSING');
}
