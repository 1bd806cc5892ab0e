import type { Between, PersonView } from '$lib/client/live-view';
import { gives } from '$lib/meeting';
import { m } from '$lib/paraglide/messages';
import { compassWord, standingWords } from '../meeting/words';
import { ageText, distanceText } from '../ui/format';

/** How a person stands on the map. A ghost is where somebody was, who gives no position now. */
export type Figure = 'live' | 'old' | 'ghost';

export function figureOf({ presence, sharing, isOld }: PersonView): Figure {
	if (presence === 'offline' || !gives(sharing)) return 'ghost';
	return isOld ? 'old' : 'live';
}

/** The few words under a marker that is not simply live: what is wrong, and how old it is. */
export function markerChip(person: PersonView, locale: string): string | null {
	const { presence, sharing, isOld, ageMs, fix } = person;
	if (sharing === 'weak_signal' && figureOf(person) === 'live') return m.map_weak();
	if (fix?.manual && figureOf(person) !== 'ghost') return m.map_by_hand();
	const age = ageText(ageMs ?? 0, locale);
	if (presence === 'offline') return m.map_chip({ state: m.standing_offline(), age });
	if (sharing === 'paused') return m.map_chip({ state: m.sharing_paused(), age });
	if (sharing === 'hidden') return m.map_chip({ state: m.map_hidden(), age });
	return isOld ? age : null;
}

/** "Ben, 320 m north-east, 4 s ago": all that a marker shows, in words. */
export function markerName(person: PersonView, between: Between | null, locale: string): string {
	const words = whereAndWhen(person, between, locale);
	if (markerChip(person, locale) === null) return words;
	return m.map_person_standing({ person: words, standing: standingWords(person, locale) });
}

function whereAndWhen(person: PersonView, between: Between | null, locale: string): string {
	const { name, isSelf, fix, ageMs } = person;
	if (isSelf) {
		const distance = distanceText(Math.ceil(fix?.accuracyM ?? 0), locale);
		return m.map_self({ name: m.you_named({ name }), distance });
	}
	const age = ageText(ageMs ?? 0, locale);
	if (between === null) return m.map_person({ name, age });
	return m.map_person_far({
		name,
		distance: distanceText(between.distanceM, locale),
		compass: compassWord(between.compass),
		age,
	});
}
