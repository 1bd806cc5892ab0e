import { WALKING_MPS } from '$lib/geo';
import type { RouteMode } from './meeting';

/**
 * Ways are longer than the straight line: in American cities by a third (Giacomin and Levinson, "Road
 * network circuity in metropolitan areas", 2015), elsewhere seldom by much less.
 */
export const DETOUR = 1.3;

/** Averages from door to door, with the waiting at crossings. */
const SPEED_MPS: Readonly<Record<RouteMode, number>> = {
	'foot-walking': WALKING_MPS,
	/** 16 km/h, what people cycling through Copenhagen keep up (City of Copenhagen, Bicycle Account). */
	'cycling-regular': 4.5,
	/** 40 km/h, between a centre at 20 to 30 and a through road at 50: a rule of thumb of ours. */
	'driving-car': 11,
};

/**
 * About how many seconds the way takes. No map of roads is asked, so rivers and one-way streets are
 * not known: to be shown as "about".
 */
export function travelEstimateS(distanceM: number, mode: RouteMode): number {
	return (Math.max(0, distanceM) * DETOUR) / SPEED_MPS[mode];
}
