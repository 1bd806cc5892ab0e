import { DEMO, DemoWalk } from '$lib/client/demo-walk';
import { alongPath, pathLengthM, pointAt, type Fix, type LatLon } from '$lib/geo';
import type { SimulateWish } from './simulate-wish';

/** Oslo's harbour promenade: where the walk leads while nobody has said where he is. */
export const HARBOUR: LatLon = { lat: 59.9075, lon: 10.7531 };
const DISTANCE_M = 600;

export interface Walk {
	/** Walks on to `nowMs`; `goal` is where the other is by now, if that is known. */
	step(goal: LatLon | null, nowMs: number): Fix;
	readonly hasArrived: boolean;
}

interface Way extends Pick<SimulateWish, 'from' | 'to' | 'speedMps'> {
	/** From which side he comes where the wish does not say: two who start alike are not in one place. */
	readonly fromDeg: number;
}

/** To a given place straight and to the metre; to a person as he moves, and up to him. */
export function createWalk(way: Way, peer: LatLon | null, nowMs: number): Walk {
	const { from, to, speedMps, fromDeg } = way;
	if (to !== null)
		return straightWalk(from ?? pointAt(to, fromDeg, DISTANCE_M), to, speedMps, nowMs);
	const goal = peer ?? from ?? HARBOUR;
	if (peer === null && from !== null)
		return straightWalk(from, pointAt(from, fromDeg - 180, DISTANCE_M), speedMps, nowMs);
	const wish = { startM: DISTANCE_M, speedMps, fromDeg };
	const walk = new DemoWalk(goal, wish, nowMs, from);
	let lastGoal = goal;
	return {
		step(seen, atMs) {
			lastGoal = seen ?? lastGoal;
			return walk.step(lastGoal, atMs);
		},
		get hasArrived() {
			return walk.hasArrived;
		},
	};
}

function straightWalk(from: LatLon, to: LatLon, speedMps: number, startedAtMs: number): Walk {
	const path = [from, to];
	const lengthM = pathLengthM(path);
	let walkedM = 0;
	return {
		step(_goal, nowMs) {
			walkedM = Math.min(lengthM, (Math.max(0, nowMs - startedAtMs) / 1_000) * speedMps);
			const { at, headingDeg } = alongPath(path, walkedM);
			const walks = walkedM < lengthM;
			return {
				...at,
				accuracyM: DEMO.accuracyM,
				atMs: nowMs,
				speedMps: walks ? speedMps : 0,
				...(walks && { headingDeg }),
			};
		},
		get hasArrived() {
			return walkedM >= lengthM;
		},
	};
}
