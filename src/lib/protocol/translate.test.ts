import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Meeting } from '$lib/meeting';
import {
	fixFromWire,
	fixToWire,
	HereState,
	hereFromWire,
	hereToWire,
	instant,
	Session,
	sessionToWire,
	WireFix,
} from './index';

const ANA = '5a0c2c3e-52f4-4b5e-8f0e-2f6f5d1c7a02';
const T0 = Date.parse('2026-11-24T08:00:00.123Z');

test('an instant is ISO 8601 in UTC, to the millisecond', () => {
	expect(instant(T0)).toBe('2026-11-24T08:00:00.123Z');
});

const finite = (min: number, max: number) => fc.double({ min, max, noNaN: true });

test('P20 a fix goes to the wire and back unchanged', () => {
	const fixes = fc.record(
		{
			lat: finite(-90, 90),
			lon: finite(-180, 180),
			accuracyM: finite(0.1, 100),
			atMs: fc.integer({ min: 0, max: 4e12 }),
			headingDeg: finite(0, 359.999),
			speedMps: finite(0, 90),
			manual: fc.boolean(),
		},
		{ requiredKeys: ['lat', 'lon', 'accuracyM', 'atMs'] },
	);
	fc.assert(
		fc.property(fixes, (fix) => {
			const wire = WireFix.parse(JSON.parse(JSON.stringify(fixToWire(fix))));
			// JSON knows no negative zero, and neither does a map.
			expect(fixFromWire(wire)).toEqual(JSON.parse(JSON.stringify(fix)));
		}),
	);
});

test('P20 what was not given stays away, and null counts as not given', () => {
	const wire = { lat: 1, lon: 2, accuracy_m: 3, timestamp: instant(T0), heading_deg: null };
	expect(fixFromWire(wire)).toEqual({ lat: 1, lon: 2, accuracyM: 3, atMs: T0 });
});

test('due north may be written as 360', () => {
	const wire = { lat: 1, lon: 2, accuracy_m: 3, timestamp: instant(T0), heading_deg: 360 };
	expect(fixFromWire(wire).headingDeg).toBe(0);
});

test('a meeting becomes a session', () => {
	const meeting: Meeting = {
		id: '0d1f3a52-7a43-4c53-9d0a-3f1f0e1c2b01',
		status: 'ENDED',
		createdBy: ANA,
		createdAtMs: T0,
		expiresAtMs: T0 + 1,
		endedAtMs: T0 + 2,
		endReason: 'USER_ACTION',
		destination: { name: 'World clock', lat: 52.5213, lon: 13.4131 },
		participantIds: [ANA],
	};
	expect(Session.parse(sessionToWire(meeting))).toEqual({
		id: meeting.id,
		status: 'ENDED',
		created_at: instant(T0),
		expires_at: instant(T0 + 1),
		ended_at: instant(T0 + 2),
		end_reason: 'USER_ACTION',
		destination: meeting.destination,
	});
});

test('P40 a window tells who and until when, not how they pressed', () => {
	const window = {
		presses: [{ personId: ANA, press: 'by_hand' as const }],
		expiresAtMs: T0,
	};
	const state = hereToWire(window);
	expect(HereState.parse(state)).toEqual({ user_ids: [ANA], expires_at: instant(T0) });
	expect(hereFromWire(state)?.presses).toEqual([{ personId: ANA, press: 'measured' }]);
});

test('P43 no window is null, and an empty one is none', () => {
	expect(hereToWire(null)).toBeNull();
	expect(hereFromWire(null)).toBeNull();
	expect(hereFromWire({ user_ids: [], expires_at: instant(T0) })).toBeNull();
});
