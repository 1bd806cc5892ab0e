import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FIX_LIMITS, Track } from './track';
import { pointAt } from './distance';
import type { Fix } from './position';

const NOW_MS = Date.parse('2026-11-24T12:00:00Z');
const HOME = { lat: 48, lon: 11 };
const FAR_AWAY = { lat: 52, lon: 13 };

function fix(changes: Partial<Fix> = {}): Fix {
	return { ...HOME, accuracyM: 10, atMs: NOW_MS, ...changes };
}

/** What becomes of each fix, each judged at its own time. */
function verdicts(fixes: readonly Fix[], track = new Track()): string[] {
	return fixes.map((next) => track.judge(next, next.atMs) ?? 'ok');
}

describe('the limits of one fix', () => {
	const FIVE_MIN_MS = 5 * 60_000;
	test.each<[string, Partial<Fix>, string]>([
		['the poles and the antimeridian', { lat: 90, lon: 180 }, 'ok'],
		['the other ends', { lat: -90, lon: -180 }, 'ok'],
		['beyond the pole', { lat: 90.0001 }, 'position_out_of_range'],
		['beyond the antimeridian', { lon: -180.0001 }, 'position_out_of_range'],
		['no number as latitude', { lat: NaN }, 'position_out_of_range'],
		['endless longitude', { lon: Infinity }, 'position_out_of_range'],
		['the best accuracy', { accuracyM: 0.1 }, 'ok'],
		['better than the best', { accuracyM: 0.09 }, 'accuracy_out_of_range'],
		['the worst accuracy', { accuracyM: 100 }, 'ok'],
		['worse than the worst', { accuracyM: 100.1 }, 'accuracy_out_of_range'],
		['no number as accuracy', { accuracyM: NaN }, 'accuracy_out_of_range'],
		['5 min old', { atMs: NOW_MS - FIVE_MIN_MS }, 'ok'],
		['more than 5 min old', { atMs: NOW_MS - FIVE_MIN_MS - 1 }, 'timestamp_out_of_range'],
		['5 min ahead', { atMs: NOW_MS + FIVE_MIN_MS }, 'ok'],
		['more than 5 min ahead', { atMs: NOW_MS + FIVE_MIN_MS + 1 }, 'timestamp_out_of_range'],
		['no number as time', { atMs: NaN }, 'timestamp_out_of_range'],
	])('%s', (_, changes, code) => {
		expect(new Track().judge(fix(changes), NOW_MS) ?? 'ok').toBe(code);
	});

	test('are checked in the order position, accuracy, time, age, speed', () => {
		const kept = new Track(fix());
		const wrongInAll = { lat: 91, accuracyM: 0, atMs: NOW_MS - 600_000 };
		const step = (changes: Partial<Fix>) => kept.judge(fix({ ...wrongInAll, ...changes }), NOW_MS);
		expect(step({})).toBe('position_out_of_range');
		expect(step({ ...FAR_AWAY })).toBe('accuracy_out_of_range');
		expect(step({ ...FAR_AWAY, accuracyM: 10 })).toBe('timestamp_out_of_range');
		expect(step({ ...FAR_AWAY, accuracyM: 10, atMs: NOW_MS - 1 })).toBe('older_than_last');
		expect(step({ ...FAR_AWAY, accuracyM: 10, atMs: NOW_MS + 1 })).toBe('too_fast');
	});
});

describe('against the last one', () => {
	test('the same instant and place again is fine, an older one is not', () => {
		expect(verdicts([fix(), fix(), fix({ atMs: NOW_MS - 1 })])).toEqual([
			'ok',
			'ok',
			'older_than_last',
		]);
	});

	test.each([
		['300 km/h is allowed', 833, 'ok'],
		['both accuracies come off the distance', 853, 'ok'],
		['more is a leap', 854, 'too_fast'],
	])('%s', (_, leapM, code) => {
		const there = pointAt(HOME, 90, leapM);
		expect(verdicts([fix(), fix({ ...there, atMs: NOW_MS + 10_000 })])[1]).toBe(code);
	});

	test('two fixes of one instant may differ by their accuracies only', () => {
		expect(verdicts([fix(), fix(pointAt(HOME, 0, 19.9))])).toEqual(['ok', 'ok']);
		expect(verdicts([fix(), fix(pointAt(HOME, 0, 20.1))])).toEqual(['ok', 'too_fast']);
	});
});

test('keeps what a fix said, not the fix itself', () => {
	const said = { ...fix() };
	const track = new Track();
	track.judge(said, NOW_MS);
	Object.assign(said, FAR_AWAY);
	expect(track.last).toMatchObject(HOME);
});

describe('nobody is locked out', () => {
	const after = (seconds: number, at = HOME) => fix({ ...at, atMs: NOW_MS + seconds * 1_000 });

	test('one bad fix changes nothing for those after it', () => {
		expect(verdicts([after(0), after(1, FAR_AWAY), after(2), after(3)])).toEqual([
			'ok',
			'too_fast',
			'ok',
			'ok',
		]);
	});

	test('a first fix that was the bad one is outvoted by three that agree', () => {
		expect(
			verdicts([after(0, FAR_AWAY), after(1), after(2), after(3), after(4), after(5, FAR_AWAY)]),
		).toEqual(['ok', 'too_fast', 'too_fast', 'ok', 'ok', 'too_fast']);
	});

	test('three that don’t agree with one another outvote nothing', () => {
		const elsewhere = { lat: 0, lon: 0 };
		expect(
			verdicts([after(0), after(1, FAR_AWAY), after(2, elsewhere), after(3, FAR_AWAY), after(4)]),
		).toEqual(['ok', 'too_fast', 'too_fast', 'too_fast', 'ok']);
	});

	test('a good one between the doubted starts the count anew', () => {
		expect(
			verdicts([
				after(0),
				after(1, FAR_AWAY),
				after(2, FAR_AWAY),
				after(3),
				after(4, FAR_AWAY),
				after(5, FAR_AWAY),
				after(6, FAR_AWAY),
			]),
		).toEqual(['ok', 'too_fast', 'too_fast', 'ok', 'too_fast', 'too_fast', 'ok']);
	});

	test('a clock that was set right after a fix from the future is followed', () => {
		expect(verdicts([after(200), after(0), after(1), after(2), after(3)])).toEqual([
			'ok',
			'older_than_last',
			'older_than_last',
			'ok',
			'ok',
		]);
	});

	test('whatever came before, three sensible fixes in a row are enough', () => {
		const wild = fc.record<Fix>({
			lat: fc.double({ min: -95, max: 95, noNaN: true }),
			lon: fc.double({ min: -190, max: 190, noNaN: true }),
			accuracyM: fc.double({ min: 0, max: 120, noNaN: true }),
			atMs: fc.integer({ min: NOW_MS - 400_000, max: NOW_MS + 400_000 }),
		});
		fc.assert(
			fc.property(fc.array(wild, { maxLength: 12 }), (before) => {
				const track = new Track();
				for (const next of before) track.judge(next, NOW_MS);
				const codes = [0, 1_000, 2_000].map((ms) =>
					track.judge(fix({ atMs: NOW_MS + ms }), NOW_MS + ms),
				);
				expect(codes).toContain(null);
				expect(track.last).toMatchObject(HOME);
				expect(track.hasDoubts).toBe(false);
			}),
		);
	});

	test('an accepted fix is within the limits and becomes the last', () => {
		const any = fc.record<Fix>({
			lat: fc.double(),
			lon: fc.double(),
			accuracyM: fc.double(),
			atMs: fc.double(),
		});
		fc.assert(
			fc.property(any, (next) => {
				const track = new Track();
				const isAccepted = track.judge(next, NOW_MS) === null;
				expect(track.last).toEqual(isAccepted ? next : null);
				expect(track.hasDoubts).toBe(false);
				if (!isAccepted) return;
				expect(Math.abs(next.lat)).toBeLessThanOrEqual(90);
				expect(next.accuracyM).toBeLessThanOrEqual(FIX_LIMITS.accuracyMaxM);
			}),
		);
	});
});
