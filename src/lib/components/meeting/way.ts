import type { PersonView } from '$lib/client/live-view';
import { bearingDeg, compassPoint, distanceM, type CompassPoint, type LatLon } from '$lib/geo';
import { PROXIMITY, travelEstimateS, type RouteMode } from '$lib/meeting';
import { m } from '$lib/paraglide/messages';
import { distanceText, leftText } from '../ui/format';
import { compassWord } from './words';

/** Somebody's way to the meeting place, along the straight line. */
export interface Way {
	readonly distanceM: number;
	/** From the person to the place. */
	readonly compass: CompassPoint;
	readonly mode: RouteMode;
	readonly estimateS: number;
	readonly isThere: boolean;
}

/** Whoever has not said how he travels walks. */
export const DEFAULT_MODE: RouteMode = 'foot-walking';

/** Null where it is not known, or not shown, where the person is. */
export function wayTo(
	place: LatLon,
	{ fix, routeMode }: Pick<PersonView, 'fix' | 'routeMode'>,
): Way | null {
	if (fix === null) return null;
	const mode = routeMode ?? DEFAULT_MODE;
	const distance = distanceM(fix, place);
	return {
		distanceM: distance,
		compass: compassPoint(bearingDeg(fix, place)),
		mode,
		estimateS: travelEstimateS(distance, mode),
		isThere: distance <= PROXIMITY.reachM,
	};
}

export function wayWords(way: Way, locale: string): string {
	if (way.isThere) return m.place_there();
	const distance = distanceText(way.distanceM, locale);
	return m.place_way({ distance, compass: compassWord(way.compass) });
}

/** Never under a minute: an estimate of seconds would pretend to know. */
export function estimateWords({ mode, estimateS }: Way, locale: string): string {
	return ESTIMATE[mode]({ time: leftText(Math.max(60, estimateS) * 1000, locale) });
}

const ESTIMATE: Readonly<Record<RouteMode, (words: { time: string }) => string>> = {
	'foot-walking': m.place_on_foot,
	'cycling-regular': m.place_by_bike,
	'driving-car': m.place_by_car,
};

const MODE: Readonly<Record<RouteMode, () => string>> = {
	'foot-walking': m.place_mode_walking,
	'cycling-regular': m.place_mode_cycling,
	'driving-car': m.place_mode_driving,
};

export function modeWord(mode: RouteMode): string {
	return MODE[mode]();
}
