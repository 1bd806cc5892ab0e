import { describe, expect, test } from 'vitest';
import { changes, sceneOf, type Scene } from './announce';
import { ANA, between, facts, NOW_MS, somebody, type Facts } from './testing';

/** What is said when the meeting goes through these pictures one after the other. */
function said(...pictures: Partial<Facts>[]): string[] {
	let before: Scene | null = null;
	const sentences: string[] = [];
	for (const picture of pictures) {
		const live = facts(picture);
		const after: Scene = sceneOf(live, before);
		if (before !== null) sentences.push(...changes(before, after, live, 'en'));
		before = after;
	}
	return sentences;
}

const LEFT_MS = facts().leftMs;
const alone: Partial<Facts> = { peer: null, between: null, proximity: null };
const reach = { verdict: 'within_reach', distanceM: 30, reachM: 50 } as const;

describe('what is read out', () => {
	test('a fix is not', () => {
		expect(said({}, { between: between(1_300) }, { between: between(900) })).toEqual([]);
	});

	test('a threshold is, with its word and the distance', () => {
		expect(said({}, { between: between(480) })).toEqual(['Getting close: 480 m.']);
	});

	test('noise around a threshold is not: leaving it takes more than entering', () => {
		expect(said({ between: between(480) }, { between: between(520) })).toEqual([]);
		expect(said({ between: between(480) }, { between: between(560) })).toEqual([
			'Far away: 560 m.',
		]);
	});

	test('coming within reach says what can be done', () => {
		expect(said({}, { between: between(30), proximity: reach })).toEqual([
			"Within reach. You can say: I'm here.",
		]);
	});

	test('somebody joining is', () => {
		expect(said(alone, {})).toContain('Ben joined.');
	});

	test('being asked is, with the time left, once', () => {
		const here = { mine: false, theirs: true, leftMs: 54_000 };
		const later = { ...here, leftMs: 40_000 };
		expect(said({ here: null }, { here }, { here: later })).toEqual([
			"Ben says: I'm here. Confirm? 54 s left.",
		]);
	});

	test('the connection going and coming is, but no countdown', () => {
		expect(
			said(
				{},
				{ connection: { state: 'reconnecting', inMs: 3_000 } },
				{ connection: { state: 'reconnecting', inMs: 2_000 }, leftMs: LEFT_MS - 2_000 },
				{ connection: { state: 'reconnecting', inMs: 0 }, leftMs: LEFT_MS - 4_000 },
				{ connection: { state: 'reconnecting', inMs: 5_000 }, leftMs: LEFT_MS - 6_000 },
				{ connection: { state: 'live' }, leftMs: LEFT_MS - 7_000 },
			),
		).toEqual(['Connection lost. It comes back by itself.', 'Connected again.']);
	});

	test('a short drop is not, neither its beginning nor its end', () => {
		expect(
			said(
				{},
				{ connection: { state: 'reconnecting', inMs: 1_000 } },
				{ connection: { state: 'offline' }, leftMs: LEFT_MS - 3_000 },
				{ connection: { state: 'live' }, leftMs: LEFT_MS - 3_500 },
			),
		).toEqual([]);
	});

	test('no network is, and trying again afterwards is no new loss', () => {
		expect(
			said(
				{},
				{ connection: { state: 'offline' } },
				{ connection: { state: 'offline' }, leftMs: LEFT_MS - 5_000 },
				{ connection: { state: 'reconnecting', inMs: 0 }, leftMs: LEFT_MS - 6_000 },
				{ connection: { state: 'live' }, leftMs: LEFT_MS - 7_000 },
			),
		).toEqual(['This device is offline.', 'Connected again.']);
	});

	test('GPS around the reach says it once: going out of it takes more than coming in', () => {
		const out = (distanceM: number): Partial<Facts> => ({
			between: between(distanceM),
			proximity: { verdict: 'too_far', distanceM, reachM: 50 },
		});
		const inside = { between: between(45), proximity: reach };
		expect(said(inside, out(53), inside, out(54), inside)).toEqual([]);
		expect(said(inside, out(60), inside)).toEqual([
			'Nearly there: 60 m.',
			"Within reach. You can say: I'm here.",
		]);
	});

	test.each([
		['removed', 'You are no longer in this meeting.'],
		['logged_out', 'This device was signed out.'],
	] as const)('being %s is, and nothing of what goes with it', (why, sentence) => {
		const closed: Partial<Facts> = {
			connection: { state: 'closed', why },
			peer: somebody({ fix: null, ageMs: null }),
			between: null,
			proximity: null,
		};
		const heard = said({}, closed, closed);
		expect(heard).toHaveLength(1);
		expect(heard[0]).toContain(sentence);
	});

	test('the other going dark and coming back is', () => {
		expect(said({}, { peer: somebody({ sharing: 'paused' }) }, {})).toEqual([
			'Ben has paused sharing.',
			'Ben is sharing live again.',
		]);
	});

	test('own pausing and resuming is', () => {
		expect(said({}, { isPaused: true, self: { ...ANA, sharing: 'paused' } }, {})).toEqual([
			'You are paused.',
			'You are sharing again.',
		]);
	});

	test('the end is, and after it nothing', () => {
		const over = { ended: { reason: 'PROXIMITY_REACHED', atMs: NOW_MS } };
		expect(said({}, over, { ...over, between: between(480) })).toEqual(["You've met!"]);
	});

	test('the meeting place is, with who set it', () => {
		const { session } = facts();
		const at = (name: string | null) => ({
			session: { ...session, destination: name === null ? null : { name, lat: 1, lon: 2 } },
		});
		expect(
			said(
				at(null),
				{ ...at('Fountain'), placeBy: 'ben' },
				{ ...at('Bench'), placeBy: 'ana' },
				{ ...at(null), placeBy: 'ben' },
				{ ...at('Kiosk'), placeBy: null },
				{ ...at(null), placeBy: null },
			),
		).toEqual([
			'Ben set the meeting place: Fountain.',
			'You set the meeting place: Bench.',
			'Ben cleared the meeting place.',
			'The meeting place is Kiosk.',
			'There is no meeting place any more.',
		]);
	});
});
