import { expect, test } from 'vitest';
import type { LocationState } from '$lib/client/live-view';
import { ownStanding, type OwnStanding } from './own-standing';
import { ANA, facts, type Facts } from './testing';

const rough = { ...ANA, fix: { lat: 52.5, lon: 13.4, accuracyM: 2_000, atMs: 0 } };

test.each<[string, Partial<Facts>, OwnStanding]>([
	['all well', {}, 'sharing'],
	['a place set by hand', { waitsByHand: true, location: { state: 'denied' } }, 'by_hand'],
	['nobody there yet', { peer: null }, 'alone'],
	['the first connection on its way', { connection: { state: 'connecting' } }, 'not_connected'],
	['lost', { connection: { state: 'reconnecting', inMs: 3_000 } }, 'not_connected'],
	['no network', { connection: { state: 'offline' } }, 'not_connected'],
	['by hand, but lost', { waitsByHand: true, connection: { state: 'offline' } }, 'not_connected'],
	['open elsewhere', { connection: { state: 'elsewhere' } }, 'cut'],
	['removed', { connection: { state: 'closed', why: 'removed' } }, 'cut'],
	['paused', { isPaused: true }, 'paused'],
	['not asked yet', { location: { state: 'off' } }, 'not_yet'],
	['a fix too rough to be sent', { self: rough }, 'no_position'],
	['a fix that is old', { self: { ...ANA, isOld: true } }, 'no_position'],
	['no fix yet', { self: { ...ANA, fix: null } }, 'no_position'],
])('%s', (_, changes, standing) => {
	expect(ownStanding(facts(changes))).toBe(standing);
});

test.each<LocationState>([
	{ state: 'asking' },
	{ state: 'timeout' },
	{ state: 'unavailable' },
	{ state: 'approximate', accuracyM: 2_100 },
])('a location that is $state gives nothing to share, whatever was known before', (location) => {
	expect(ownStanding(facts({ location }))).toBe('no_position');
});

test('a manual fix that the server remembers is no place that is held', () => {
	const self = { ...ANA, fix: { lat: 52.5, lon: 13.4, accuracyM: 20, atMs: 0, manual: true } };
	expect(ownStanding(facts({ self, location: { state: 'denied' } }))).toBe('not_yet');
});
