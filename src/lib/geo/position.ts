/** A point on the earth, WGS 84, in degrees. */
export interface LatLon {
	readonly lat: number;
	readonly lon: number;
}

/** One position with its accuracy and its time: the only thing people here share of themselves. */
export interface Fix extends LatLon {
	/** Radius in metres, at 95 % confidence (W3C Geolocation, `accuracy`). */
	readonly accuracyM: number;
	/** When it was measured, in milliseconds since 1970, on the server's clock as far as known. */
	readonly atMs: number;
	/** Direction of travel, degrees clockwise from true north, [0, 360). */
	readonly headingDeg?: number;
	readonly speedMps?: number;
	/** Set by hand on the map by somebody without GPS. */
	readonly manual?: boolean;
}

/** IUGG mean radius R1 = (2a + b) / 3 of WGS 84, in metres. */
export const EARTH_RADIUS_M = 6_371_008.8;

export function isOnEarth({ lat, lon }: LatLon): boolean {
	return Math.abs(lat) <= 90 && Math.abs(lon) <= 180;
}
