import { bearingDeg, distanceM, pointAt } from './distance';
import type { LatLon } from './position';

/** Average human walking speed (Bohannon 1997, comfortable gait, adults): about 1.4 m/s. */
export const WALKING_MPS = 1.4;

export interface WalkStep {
	readonly at: LatLon;
	readonly headingDeg: number;
	/** Metres still to walk. */
	readonly leftM: number;
}

/** Length of a path in metres; 0 for fewer than two points. */
export function pathLengthM(path: readonly LatLon[]): number {
	return legs(path).reduce((sum, [from, to]) => sum + distanceM(from, to), 0);
}

/**
 * Where somebody is after walking `walkedM` metres along `path`. Before the start it is the start,
 * after the end it is the end. Throws RangeError for an empty path.
 */
export function alongPath(path: readonly LatLon[], walkedM: number): WalkStep {
	const end = path.at(-1);
	if (end === undefined) throw new RangeError('a path has at least one point');
	let restM = Math.max(0, walkedM);
	let headingDeg = 0;
	for (const [from, to] of legs(path)) {
		const legM = distanceM(from, to);
		headingDeg = legM > 0 ? bearingDeg(from, to) : headingDeg;
		if (restM < legM) {
			const leftM = Math.max(0, pathLengthM(path) - Math.max(0, walkedM));
			return { at: pointAt(from, headingDeg, restM), headingDeg, leftM };
		}
		restM -= legM;
	}
	return { at: end, headingDeg, leftM: 0 };
}

/**
 * A path to `goal` as streets give it: it starts `startM` metres away in the direction `fromDeg`
 * and comes in five legs with right-angled turns, about 1.2 times the straight line (the usual
 * detour of a street grid: Boscoe et al. 2012, "A nationwide comparison of driving distance versus
 * straight-line distance").
 */
export function streetPath(goal: LatLon, fromDeg: number, startM: number): LatLon[] {
	const start = pointAt(goal, fromDeg, startM);
	const home = fromDeg + 180;
	const aside = startM * 0.1;
	const first = pointAt(start, home, startM * 0.4);
	const second = pointAt(first, home + 90, aside);
	const third = pointAt(second, home, startM * 0.45);
	const last = pointAt(third, home - 90, aside);
	return [start, first, second, third, last, goal];
}

function legs(path: readonly LatLon[]): [LatLon, LatLon][] {
	return path.slice(1).map((to, index) => [path[index] as LatLon, to]);
}
