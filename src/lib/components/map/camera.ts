import { EARTH_RADIUS_M, type LatLon } from '$lib/geo';
import { lonNear } from './circle';

export interface Padding {
	readonly top: number;
	readonly right: number;
	readonly bottom: number;
	readonly left: number;
}

export interface Size {
	readonly width: number;
	readonly height: number;
}

export interface View {
	readonly centre: LatLon;
	readonly zoom: number;
}

/** MapLibre counts zooms by tiles of this size. */
const TILE_PX = 512;
/** A marker is 44 px wide: with half of one to spare nobody is cut off at the edge. */
const MARGIN_PX = 44;
/** Where the mercator map ends. */
const MAX_LAT = 85.05;

export const ZOOM = {
	/** One person alone: the streets around. */
	alone: 16,
	/** Two who stand together are not blown up until their GPS noise fills the screen. */
	closest: 18,
	/** From here on a finger covers a few houses: nearer than this a place can be meant. */
	place: 12,
	/** Nobody known yet. */
	world: 0.6,
} as const;

export const WORLD: View = { centre: { lat: 25, lon: 10 }, zoom: ZOOM.world };

/** The view that shows all these points inside the padding, as near as it goes. */
export function frame(points: readonly LatLon[], size: Size, padding: Padding): View {
	const [first, ...others] = points;
	if (!first) return WORLD;
	if (others.length === 0) return { centre: first, zoom: ZOOM.alone };
	const xs = points.map(({ lon }) => lonNear(lon, first.lon) / 360);
	const ys = points.map(({ lat }) => mercatorY(lat));
	const [west, east] = [Math.min(...xs), Math.max(...xs)];
	const [south, north] = [Math.min(...ys), Math.max(...ys)];
	const widthPx = Math.max(1, size.width - padding.left - padding.right - 2 * MARGIN_PX);
	const heightPx = Math.max(1, size.height - padding.top - padding.bottom - 2 * MARGIN_PX);
	const scale = Math.min(widthPx / (east - west), heightPx / (north - south));
	const zoom = Math.min(ZOOM.closest, Math.max(0, Math.log2(scale / TILE_PX)));
	const lon = lonNear(((west + east) / 2) * 360, 0);
	return { centre: { lat: latOf((south + north) / 2), lon }, zoom };
}

/**
 * Whether the camera should follow: not for every step of GPS noise, but before anybody leaves the
 * picture, and when it could show clearly more.
 */
export function shouldMove(now: View, wanted: View, size: Size): boolean {
	const zoomedBy = Math.abs(now.zoom - wanted.zoom);
	const pxPerTurn = TILE_PX * 2 ** now.zoom;
	const dx = ((lonNear(wanted.centre.lon, now.centre.lon) - now.centre.lon) / 360) * pxPerTurn;
	const dy = (mercatorY(wanted.centre.lat) - mercatorY(now.centre.lat)) * pxPerTurn;
	return zoomedBy > 0.3 || Math.hypot(dx, dy) > Math.min(size.width, size.height) / 12;
}

/** The middle of what the padding leaves free: there the cross stands. */
export function freeMiddle(size: Size, { top, right, bottom, left }: Padding): [number, number] {
	return [
		left + Math.max(0, size.width - left - right) / 2,
		top + Math.max(0, size.height - top - bottom) / 2,
	];
}

/** How much ground a pixel covers at this latitude. */
export function metresPerPx({ centre, zoom }: View): number {
	const aroundM = 2 * Math.PI * EARTH_RADIUS_M * Math.cos((centre.lat * Math.PI) / 180);
	return aroundM / (TILE_PX * 2 ** zoom);
}

/** In turns of the earth, 0 at the equator, growing northwards. */
function mercatorY(lat: number): number {
	const clamped = Math.max(-MAX_LAT, Math.min(MAX_LAT, lat));
	return Math.log(Math.tan(Math.PI / 4 + (clamped * Math.PI) / 360)) / (2 * Math.PI);
}

function latOf(y: number): number {
	return (Math.atan(Math.exp(y * 2 * Math.PI)) * 360) / Math.PI - 90;
}
