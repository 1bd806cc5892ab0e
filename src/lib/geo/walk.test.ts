import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { distanceM } from './distance';
import type { LatLon } from './position';
import { alongPath, pathLengthM, streetPath } from './walk';

const GOAL = { lat: 48, lon: 11 };
const goals = fc.record<LatLon>({
	lat: fc.double({ min: -80, max: 80, noNaN: true }),
	lon: fc.double({ min: -180, max: 180, noNaN: true }),
});
const directions = fc.double({ min: 0, max: 360, noNaN: true });
const starts = fc.double({ min: 10, max: 2_000, noNaN: true });

describe('streetPath', () => {
	test('starts where asked, ends at the goal, and is a fifth longer than the straight line', () => {
		fc.assert(
			fc.property(goals, directions, starts, (goal, fromDeg, startM) => {
				const path = streetPath(goal, fromDeg, startM);
				expect(path).toHaveLength(6);
				expect(path.at(-1)).toEqual(goal);
				expect(Math.abs(distanceM(path[0] ?? goal, goal) - startM)).toBeLessThan(0.01);
				expect(pathLengthM(path) / startM).toBeCloseTo(1.2, 1);
			}),
		);
	});

	test('has right-angled corners', () => {
		const path = streetPath(GOAL, 30, 130);
		for (const index of [1, 2, 3, 4]) {
			const [a, b, c] = path.slice(index - 1, index + 2);
			if (!a || !b || !c) throw new Error('a path of six points');
			const hypotenuse = Math.hypot(distanceM(a, b), distanceM(b, c));
			expect(distanceM(a, c)).toBeCloseTo(hypotenuse, 1);
		}
	});
});

describe('alongPath', () => {
	const path = streetPath(GOAL, 30, 130);
	const lengthM = pathLengthM(path);

	test('before the start it is the start, after the end the end', () => {
		expect(alongPath(path, -5)).toMatchObject({ at: path[0] });
		expect(alongPath(path, -5).leftM).toBeCloseTo(lengthM);
		expect(alongPath(path, lengthM + 5)).toMatchObject({ at: GOAL, leftM: 0 });
	});

	test('a path of one point stays there, one of none is a mistake', () => {
		expect(alongPath([GOAL], 10)).toEqual({ at: GOAL, headingDeg: 0, leftM: 0 });
		expect(() => alongPath([], 10)).toThrow(RangeError);
		expect(pathLengthM([GOAL])).toBe(0);
	});

	test('nobody goes faster than he walks', () => {
		const metres = fc.double({ min: 0, max: 200, noNaN: true });
		fc.assert(
			fc.property(metres, fc.double({ min: 0, max: 3, noNaN: true }), (walkedM, stepM) => {
				const from = alongPath(path, walkedM);
				const to = alongPath(path, walkedM + stepM);
				expect(distanceM(from.at, to.at)).toBeLessThanOrEqual(stepM + 0.001);
				expect(to.leftM).toBeLessThanOrEqual(from.leftM);
			}),
		);
	});

	test('what is walked and what is left make the whole way', () => {
		fc.assert(
			fc.property(fc.double({ min: 0, max: 150, noNaN: true }), (walkedM) => {
				expect(walkedM + alongPath(path, walkedM).leftM).toBeCloseTo(lengthM, 6);
			}),
		);
	});

	test('points of no length between are passed over', () => {
		const doubled = path.flatMap((point) => [point, point]);
		expect(alongPath(doubled, 60).at).toEqual(alongPath(path, 60).at);
		expect(alongPath(doubled, 60).headingDeg).toBe(alongPath(path, 60).headingDeg);
	});
});
