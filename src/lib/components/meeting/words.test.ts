import { describe, expect, test } from 'vitest';
import type { LocationState } from '$lib/client/live-view';
import type { MeetingEventType, Proximity } from '$lib/meeting';
import { BEN, somebody } from './testing';
import {
	approachWord,
	compassWord,
	extendNote,
	locationHelp,
	lockedReason,
	noticeSentence,
	platformOf,
	standingWords,
	troubleSentence,
} from './words';
import { howItEnded } from './receipt';
import { COMPASS_POINTS } from '$lib/geo';

test('the four words of the distance bar', () => {
	expect((['far', 'close', 'near', 'reach'] as const).map(approachWord)).toEqual([
		'Far away',
		'Getting close',
		'Nearly there',
		'Within reach',
	]);
});

test('every wind has its own name', () => {
	expect(new Set(COMPASS_POINTS.map(compassWord)).size).toBe(8);
	expect(compassWord('north_east')).toBe('north-east');
});

test('paused, hidden, weak, old, offline and waiting all read differently', () => {
	const people = [
		BEN,
		somebody({ sharing: 'paused' }),
		somebody({ sharing: 'hidden' }),
		somebody({ sharing: 'weak_signal' }),
		somebody({ sharing: 'weak_signal', fix: null }),
		somebody({ isOld: true, ageMs: 45_000 }),
		somebody({ presence: 'offline' }),
		somebody({ fix: null, ageMs: null }),
		somebody({ fix: { lat: 1, lon: 2, accuracyM: 20, atMs: 0, manual: true } }),
	];
	const words = people.map((person) => standingWords(person, 'en'));
	expect(new Set(words).size).toBe(people.length);
	expect(words).toContain('No new position for 45 s');
});

test('somebody whom the viewer may not see is not called without a position', () => {
	const unseen = somebody({ fix: null, ageMs: null });
	expect(standingWords(unseen, 'en')).toBe('No position yet');
	expect(standingWords(unseen, 'en', false)).toBe('Not shown while you are not sharing');
	// What has nothing to do with the place is still told.
	const paused = somebody({ sharing: 'paused', fix: null });
	expect(standingWords(paused, 'en', false)).toBe('Sharing paused');
});

test('the longest time is the reason only while there is time', () => {
	const full: ReadonlySet<MeetingEventType> = new Set();
	expect(extendNote({ allowed: full, leftMs: 60_000 })).toContain('8 hours');
	expect(extendNote({ allowed: full, leftMs: 0 })).toBeNull();
	expect(extendNote({ allowed: new Set(['extend']), leftMs: 60_000 })).toBeNull();
});

test('a trouble is said with the name and the age', () => {
	const old = somebody({ isOld: true, ageMs: 45_000 });
	expect(troubleSentence('old', old, 'en')).toBe(
		'This is where Ben was 45 s ago. Nothing newer has come since.',
	);
});

describe('why "I\'m here" is locked', () => {
	const unknown = (doubt: 'missing' | 'stale' | 'paused' | 'weak'): Proximity => ({
		verdict: 'unknown',
		doubt,
		distanceM: null,
	});
	test('too far names the reach of these two fixes', () => {
		const far: Proximity = { verdict: 'too_far', distanceM: 320, reachM: 72 };
		expect(lockedReason(far, 'en')).toBe('Opens when you are within 72\u00a0m of each other.');
	});
	test('every doubt has its own sentence', () => {
		const doubts = [unknown('missing'), unknown('stale'), unknown('paused'), unknown('weak')];
		expect(new Set(doubts.map((doubt) => lockedReason(doubt, 'en'))).size).toBe(4);
		expect(lockedReason(null, 'en')).toBe(lockedReason(unknown('missing'), 'en'));
	});
});

describe('help with the location', () => {
	const broken: LocationState[] = [
		{ state: 'off' },
		{ state: 'denied' },
		{ state: 'unavailable' },
		{ state: 'timeout' },
		{ state: 'insecure' },
		{ state: 'unsupported' },
		{ state: 'approximate', accuracyM: 2_100 },
	];
	test('every trouble has its own title and its own text', () => {
		const help = broken.map((location) => locationHelp(location, 'desktop', 'en'));
		expect(new Set(help.map((one) => one?.title)).size).toBe(broken.length);
		expect(new Set(help.map((one) => one?.text)).size).toBe(broken.length);
		expect(help.every((one) => one?.byHand)).toBe(true);
	});
	test('asking again is offered only where it can help', () => {
		expect(locationHelp({ state: 'insecure' }, 'ios', 'en')?.button).toBeNull();
		expect(locationHelp({ state: 'unsupported' }, 'ios', 'en')?.button).toBeNull();
		expect(locationHelp({ state: 'denied' }, 'ios', 'en')?.button).toBe('Try again');
	});
	test('the way back from a refusal is the one of this kind of device', () => {
		expect(locationHelp({ state: 'denied' }, 'ios', 'en')?.text).toContain('Safari Websites');
		expect(locationHelp({ state: 'denied' }, 'android', 'en')?.text).toContain('Permissions');
	});
	test('nothing while it works, and no alarm while it asks', () => {
		expect(locationHelp({ state: 'watching' }, 'ios', 'en')).toBeNull();
		expect(locationHelp({ state: 'asking' }, 'ios', 'en')?.isCalm).toBe(true);
	});
});

test('an iPad that says it is a Mac is an iPad', () => {
	const mac = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15';
	expect(platformOf(mac, 5)).toBe('ios');
	expect(platformOf(mac, 0)).toBe('desktop');
	expect(platformOf('Mozilla/5.0 (Linux; Android 15; Pixel 9)', 5)).toBe('android');
});

test('a notice says who and how far', () => {
	expect(noticeSentence({ kind: 'too_far', distanceM: 132 }, 'Ben', 'en')).toBe(
		'Still too far apart: 130 m.',
	);
	expect(noticeSentence({ kind: 'not_yet', byPeer: true }, 'Ben', 'en')).toBe('Ben says: not yet.');
	expect(noticeSentence({ kind: 'unavailable' }, 'Ben', 'en')).toContain('The server can');
	expect(noticeSentence({ kind: 'refused', code: 'RATE_LIMIT_EXCEEDED' }, 'Ben', 'en')).toContain(
		'too often',
	);
});

test('an end blames nobody: leaving, blocking and any own words read the same', () => {
	expect(howItEnded('USER_ACTION')).toBe(howItEnded('BLOCKED'));
	expect(howItEnded('got bored')).toBe(howItEnded('USER_ACTION'));
	expect(howItEnded('EXPIRED')).toBe('The time is up.');
	expect(howItEnded('MANUAL_CONFIRM')).toBe(howItEnded('PROXIMITY_REACHED'));
});
