import { EARTH_RADIUS_M, type LatLon } from './position';

const radians = (degrees: number) => (degrees * Math.PI) / 180;
const degrees = (radians: number) => (radians * 180) / Math.PI;

/**
 * Great-circle distance in metres on the mean sphere, by the haversine formula (R. W. Sinnott,
 * "Virtues of the Haversine", Sky & Telescope 68, 1984): stable for the small distances that matter
 * here, at most 0.5 % from the ellipsoid, symmetric, and right across the antimeridian and the poles.
 */
export function distanceM(a: LatLon, b: LatLon): number {
	const sinLat = Math.sin(radians(b.lat - a.lat) / 2);
	const sinLon = Math.sin(radians(b.lon - a.lon) / 2);
	const h = sinLat * sinLat + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * sinLon * sinLon;
	return 2 * EARTH_RADIUS_M * Math.asin(Math.sqrt(Math.min(1, h)));
}

/**
 * Initial bearing of the great circle from `a` to `b`, degrees clockwise from true north in [0, 360)
 * (Ed Williams, Aviation Formulary, "Course between points"). 0 where the two are one point.
 */
export function bearingDeg(a: LatLon, b: LatLon): number {
	const deltaLon = radians(b.lon - a.lon);
	const y = Math.sin(deltaLon) * Math.cos(radians(b.lat));
	const x =
		Math.cos(radians(a.lat)) * Math.sin(radians(b.lat)) -
		Math.sin(radians(a.lat)) * Math.cos(radians(b.lat)) * Math.cos(deltaLon);
	return (degrees(Math.atan2(y, x)) + 360) % 360;
}

/**
 * The point `distance` metres from `from` along the great circle that starts at `bearing` degrees
 * (Aviation Formulary, "Lat/lon given radial and distance"). Longitude comes back in [-180, 180).
 */
export function pointAt(from: LatLon, bearing: number, distance: number): LatLon {
	const angle = distance / EARTH_RADIUS_M;
	const lat = radians(from.lat);
	const sinLat =
		Math.sin(lat) * Math.cos(angle) + Math.cos(lat) * Math.sin(angle) * Math.cos(radians(bearing));
	const y = Math.sin(radians(bearing)) * Math.sin(angle) * Math.cos(lat);
	const x = Math.cos(angle) - Math.sin(lat) * sinLat;
	const lon = from.lon + degrees(Math.atan2(y, x));
	return {
		lat: degrees(Math.asin(Math.max(-1, Math.min(1, sinLat)))),
		lon: ((((lon + 180) % 360) + 360) % 360) - 180,
	};
}

export const COMPASS_POINTS = [
	'north',
	'north_east',
	'east',
	'south_east',
	'south',
	'south_west',
	'west',
	'north_west',
] as const;
export type CompassPoint = (typeof COMPASS_POINTS)[number];

/** The nearest of the eight winds to a bearing in degrees; any real number is taken modulo 360. */
export function compassPoint(bearing: number): CompassPoint {
	const turn = ((bearing % 360) + 360) % 360;
	return COMPASS_POINTS[Math.round(turn / 45) % 8] ?? 'north';
}
