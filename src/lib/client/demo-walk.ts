import {
	alongPath,
	bearingDeg,
	distanceM,
	pathLengthM,
	streetPath,
	type Fix,
	type LatLon,
} from '$lib/geo';

export const DEMO = {
	startM: 130,
	speedMps: 1.5,
	/** Nobody stands inside another person. */
	stopM: 5,
	accuracyM: 8,
	/** The goal moved so far from where the path leads: a new path from where he is. */
	reaimM: 10,
	stepMs: 1_000,
} as const;

export interface WalkWish {
	readonly startM: number;
	readonly speedMps: number;
	/** From which side he comes, degrees clockwise from true north. */
	readonly fromDeg: number;
}

/** A walk up to somebody who may move. Pure but for its own progress; time comes from outside. */
export class DemoWalk {
	readonly #wish: WalkWish;
	#path: readonly LatLon[];
	#goal: LatLon;
	#walkedM = 0;
	#atMs: number;

	/** `from`: where he was before a reload; else he starts `startM` away from the goal. */
	constructor(goal: LatLon, wish: WalkWish, nowMs: number, from: LatLon | null = null) {
		this.#wish = wish;
		this.#goal = goal;
		this.#atMs = nowMs;
		this.#path = from === null ? streetPath(goal, wish.fromDeg, wish.startM) : pathFrom(from, goal);
	}

	/** Walks on to `nowMs`, to where the other is by now, and says where that brings him. */
	step(goal: LatLon, nowMs: number): Fix {
		const seconds = Math.max(0, nowMs - this.#atMs) / 1_000;
		this.#atMs = nowMs;
		const here = alongPath(this.#path, this.#walkedM);
		if (distanceM(goal, this.#goal) > DEMO.reaimM) {
			this.#goal = goal;
			this.#path = pathFrom(here.at, goal);
			this.#walkedM = 0;
		}
		const endM = Math.max(this.#walkedM, pathLengthM(this.#path) - DEMO.stopM);
		const nextM = Math.min(endM, this.#walkedM + seconds * this.#wish.speedMps);
		const walks = nextM > this.#walkedM;
		this.#walkedM = nextM;
		const step = alongPath(this.#path, nextM);
		return {
			lat: step.at.lat,
			lon: step.at.lon,
			accuracyM: DEMO.accuracyM,
			atMs: nowMs,
			speedMps: walks ? this.#wish.speedMps : 0,
			...(walks && { headingDeg: step.headingDeg }),
		};
	}

	get hasArrived(): boolean {
		return this.#walkedM >= pathLengthM(this.#path) - DEMO.stopM;
	}
}

/** Straight, where the rest is too short for streets. */
function pathFrom(from: LatLon, goal: LatLon): readonly LatLon[] {
	const leftM = distanceM(from, goal);
	return leftM < 60 ? [from, goal] : streetPath(goal, bearingDeg(goal, from), leftM);
}
