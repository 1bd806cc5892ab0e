import { bearingDeg, distanceM, pointAt, type LatLon } from '$lib/geo';

/** Metres east (`x`) and north (`y`) of an origin. */
export interface Spot {
	readonly x: number;
	readonly y: number;
}

/** Oslo's harbour promenade: where one begins while nobody has said where he is. */
export const HARBOUR: LatLon = { lat: 59.9075, lon: 10.7531 };
/** Far enough from the other for a walk worth watching. */
const APART_M = 100;

const KEYS: Readonly<Record<string, number>> = {
	ArrowUp: 0,
	ArrowRight: 90,
	ArrowDown: 180,
	ArrowLeft: 270,
};

/** Where a key leads: a metre, with Shift ten; null for any other key. */
export function stepOf(key: string, shift: boolean): { deg: number; metres: number } | null {
	const deg = KEYS[key];
	return deg === undefined ? null : { deg, metres: shift ? 10 : 1 };
}

export function spotOf(at: LatLon, origin: LatLon): Spot {
	const metres = distanceM(origin, at);
	const angle = (bearingDeg(origin, at) * Math.PI) / 180;
	return { x: metres * Math.sin(angle), y: metres * Math.cos(angle) };
}

/** Where one stands before the first step. */
export function startOf(own: LatLon | null, peer: LatLon | null): LatLon {
	return own ?? (peer === null ? HARBOUR : pointAt(peer, 90, APART_M));
}

/** Half the side of the shown square: 20, 50, 100 … metres, so that everybody has room in it. */
export function halfSideM(spots: readonly Spot[]): number {
	const farthest = Math.max(0, ...spots.flatMap(({ x, y }) => [Math.abs(x), Math.abs(y)])) * 1.15;
	for (let decade = 10; ; decade *= 10)
		for (const digit of [2, 5, 10]) if (digit * decade >= farthest) return digit * decade;
}
