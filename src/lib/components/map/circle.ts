import { pointAt, type LatLon } from '$lib/geo';

/** As MapLibre and GeoJSON have it: longitude first. */
export type LonLat = [lon: number, lat: number];

export function lonLat({ lat, lon }: LatLon): LonLat {
	return [lon, lat];
}

/** `lon` moved by whole turns to within 180° of `near`: a line is then drawn the short way round. */
export function lonNear(lon: number, near: number): number {
	return lon - 360 * Math.round((lon - near) / 360);
}

/** A circle on the ground as a closed ring, counter-clockwise (RFC 7946, 3.1.6), across the antimeridian. */
export function circleRing(centre: LatLon, radiusM: number, corners = 64): LonLat[] {
	const ring = Array.from({ length: corners }, (_, index): LonLat => {
		const { lat, lon } = pointAt(centre, -(360 / corners) * index, radiusM);
		return [lonNear(lon, centre.lon), lat];
	});
	const [first = lonLat(centre)] = ring;
	return [...ring, first];
}
