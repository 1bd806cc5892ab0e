import type { LatLon } from '$lib/geo';

/** Nobody looks longer at a button that is looking. */
const PATIENCE_MS = 15_000;

/**
 * Where this device is, asked once and only from a tap: the browser may ask for permission here. Null
 * where that is not known or not allowed.
 */
export function hereNow(geolocation: Geolocation | undefined): Promise<LatLon | null> {
	if (!geolocation) return Promise.resolve(null);
	return new Promise((resolve) => {
		geolocation.getCurrentPosition(
			({ coords }) => resolve({ lat: coords.latitude, lon: coords.longitude }),
			() => resolve(null),
			{ enableHighAccuracy: true, maximumAge: 10_000, timeout: PATIENCE_MS },
		);
	});
}
