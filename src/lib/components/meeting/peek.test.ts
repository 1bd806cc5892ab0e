import { describe, expect, test } from 'vitest';
import type { LocationState } from '$lib/client/live-view';
import { peek, sharesNothing, troubleOf, type Moment } from './peek';
import { ANA, BEN, facts, somebody, type Facts } from './testing';

const reach = { verdict: 'within_reach', distanceM: 30, reachM: 50 } as const;
const doubt = { verdict: 'unknown', doubt: 'weak', distanceM: 90 } as const;
const ALONE: Partial<Facts> = { peer: null, between: null, proximity: null };
const asked = { mine: false, theirs: true, leftMs: 54_000 };

describe('the one thing to do now', () => {
	const table: [string, Partial<Facts>, Moment][] = [
		['alone: invite', ALONE, 'invite'],
		[
			'alone without a position: still invite',
			{ ...ALONE, location: { state: 'denied' } },
			'invite',
		],
		['far away: "I\'m here" is locked', {}, 'here_locked'],
		['within reach: it opens', { proximity: reach }, 'here'],
		['nobody can tell: it stays locked', { proximity: doubt }, 'here_locked'],
		['the other pressed: confirm', { proximity: reach, here: asked }, 'confirm'],
		[
			'asked while paused: the answer comes first',
			{ here: asked, isPaused: true, self: { ...ANA, sharing: 'paused' } },
			'confirm',
		],
		[
			'both pressed: the end is on its way',
			{ here: { ...asked, mine: true }, proximity: reach },
			'await_confirm',
		],
		[
			'paused: resume',
			{ isPaused: true, self: { ...ANA, sharing: 'paused' }, location: { state: 'off' } },
			'resume',
		],
		[
			'no permission, which others are told as paused: help, nothing to resume',
			{ location: { state: 'denied' }, self: { ...ANA, sharing: 'paused', fix: null } },
			'share_location',
		],
		[
			'not asked yet: help',
			{ location: { state: 'off' }, self: { ...ANA, sharing: 'paused', fix: null } },
			'share_location',
		],
		['no permission: help', { location: { state: 'denied' } }, 'share_location'],
		[
			'no permission but a place set by hand: no nagging',
			{ location: { state: 'denied' }, waitsByHand: true },
			'here_locked',
		],
		[
			"no permission, and the place of before is only the server's memory: help",
			{ location: { state: 'denied' }, self: somebody({ fix: { ...handFix(), manual: true } }) },
			'share_location',
		],
		['open in another tab: bring it here', { connection: { state: 'elsewhere' } }, 'elsewhere'],
		['removed', { connection: { state: 'closed', why: 'removed' } }, 'removed'],
		['signed out', { connection: { state: 'closed', why: 'logged_out' } }, 'logged_out'],
	];
	test.each(table)('%s', (_, changes, moment) => {
		expect(peek(facts(changes)).moment).toBe(moment);
	});
});

describe('help with the location', () => {
	test.each<LocationState['state']>([
		'off',
		'denied',
		'unavailable',
		'timeout',
		'insecure',
		'unsupported',
	])('is there beside the invite when it is %s', (state) => {
		const location = { state } as LocationState;
		expect(peek(facts({ ...ALONE, location })).locationHelp).toBe(true);
	});

	test('is not there while all is well, or asked, or paused', () => {
		expect(peek(facts(ALONE)).locationHelp).toBe(false);
		expect(peek(facts({ ...ALONE, location: { state: 'asking' } })).locationHelp).toBe(false);
		const paused = { ...ANA, sharing: 'paused' } as const;
		expect(
			peek(facts({ isPaused: true, self: paused, location: { state: 'off' } })).locationHelp,
		).toBe(false);
	});
});

describe('nothing is shared', () => {
	test('before the permission, but not while asking, paused or placed by hand', () => {
		const off = { state: 'off' } as const;
		expect(sharesNothing(facts({ location: off }))).toBe(true);
		expect(sharesNothing(facts({ location: { state: 'asking' } }))).toBe(false);
		expect(sharesNothing(facts({ isPaused: true, location: off }))).toBe(false);
		expect(sharesNothing(facts({ waitsByHand: true, location: off }))).toBe(false);
	});
});

describe('"We\'ve met anyway"', () => {
	test('M14 is offered where it is unknown, not where it is known', () => {
		expect(peek(facts({ proximity: doubt })).byHand).toBe(true);
		expect(peek(facts()).byHand).toBe(false);
		expect(peek(facts({ proximity: reach })).byHand).toBe(false);
	});

	test('M14 also for the one who paused: that is why nobody can tell', () => {
		const proximity = { verdict: 'unknown', doubt: 'paused', distanceM: null } as const;
		const paused = peek(facts({ proximity, isPaused: true, location: { state: 'off' } }));
		expect(paused).toMatchObject({ moment: 'resume', byHand: true });
	});

	test('M14 also without any permission, but not while the first position is on its way', () => {
		const proximity = { verdict: 'unknown', doubt: 'missing', distanceM: null } as const;
		expect(peek(facts({ proximity, location: { state: 'denied' } })).byHand).toBe(true);
		expect(peek(facts({ proximity, location: { state: 'asking' } })).byHand).toBe(false);
	});
});

describe('the figure never looks live when it is not', () => {
	test.each<[string, Partial<Facts>, string]>([
		['all well', {}, 'live'],
		['an old fix', { peer: somebody({ isOld: true }) }, 'old'],
		['the other paused', { peer: somebody({ sharing: 'paused' }) }, 'old'],
		['the other hid the page', { peer: somebody({ sharing: 'hidden' }) }, 'old'],
		['this device is offline', { connection: { state: 'offline' } }, 'old'],
		['weak GPS is still now', { peer: somebody({ sharing: 'weak_signal' }) }, 'live'],
		['not seen any more', { seesPeer: false }, 'none'],
		['no distance', { between: null }, 'none'],
	])('%s', (_, changes, hero) => {
		expect(peek(facts(changes)).hero).toBe(hero);
	});
});

describe('what is wrong with the other’s position: the weightiest first', () => {
	test.each([
		['nothing', BEN, true, null],
		['not seen', somebody({ presence: 'offline' }), false, 'blind'],
		['offline before old', somebody({ presence: 'offline', isOld: true }), true, 'offline'],
		['paused before old', somebody({ sharing: 'paused', isOld: true }), true, 'paused'],
		['hidden', somebody({ sharing: 'hidden' }), true, 'hidden'],
		['no fix yet', somebody({ fix: null, ageMs: null }), true, 'waiting'],
		['too rough to be sent', somebody({ sharing: 'weak_signal', fix: null }), true, 'weak'],
		['old', somebody({ isOld: true }), true, 'old'],
		['weak', somebody({ sharing: 'weak_signal' }), true, 'weak'],
	])('%s', (_, person, sees, trouble) => {
		expect(troubleOf(person, sees)).toBe(trouble);
	});
});

function handFix() {
	return { lat: 52.5, lon: 13.4, accuracyM: 20, atMs: 0 };
}
