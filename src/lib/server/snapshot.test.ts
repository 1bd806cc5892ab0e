import { expect, test } from 'vitest';
import type { Meeting } from '$lib/meeting';
import { instant, Welcome, type SharedFix } from '$lib/protocol';
import type { Trace } from './ephemeral';
import { createSnapshots, PRESENCE_FRESH_MS } from './snapshot';

const T0 = Date.parse('2026-11-24T08:00:00Z');
const ANA = {
	id: '5a0c2c3e-52f4-4b5e-8f0e-2f6f5d1c7a02',
	kind: 'guest',
	displayName: 'Ana',
} as const;
const BEN = {
	id: '9e7b6a1d-0c2f-4e8a-a7c4-6b1d9f3e5c03',
	kind: 'guest',
	displayName: 'Ben',
} as const;
const MEETING: Meeting = {
	id: '0d1f3a52-7a43-4c53-9d0a-3f1f0e1c2b01',
	status: 'ACTIVE',
	createdBy: ANA.id,
	createdAtMs: T0,
	expiresAtMs: T0 + 3_600_000,
	endedAtMs: null,
	endReason: null,
	destination: null,
	participantIds: [ANA.id, BEN.id],
};
const FIX: SharedFix = {
	lat: 52.5,
	lon: 13.4,
	accuracy_m: 8,
	timestamp: instant(T0),
	server_time: instant(T0),
};
const NOTHING: Trace = { fix: null, sharing: null, routeMode: null, presence: null };

/** What Ana is told when this is known of her and of Ben. */
async function toAna(ana: Partial<Trace>, ben: Partial<Trace>, nowMs = T0) {
	const traces = new Map<string, Trace>([
		[ANA.id, { ...NOTHING, ...ana }],
		[BEN.id, { ...NOTHING, ...ben }],
	]);
	const snapshots = createSnapshots({
		ephemeral: { traces: async () => traces, hereWindow: async () => null },
		now: () => nowMs,
	});
	return Welcome.parse(await snapshots.welcome({ meeting: MEETING, people: [ANA, BEN] }, ANA.id));
}

test('P6 of somebody of whom nothing is known it says so', async () => {
	const { participants, locations, im_here } = await toAna({}, {});
	expect(participants[1]).toEqual({
		user_id: BEN.id,
		display_name: 'Ben',
		presence: 'offline',
		sharing: 'live',
		last_seen: null,
		route_mode: null,
	});
	expect([locations, im_here]).toEqual([{}, null]);
});

test('P6 a server that died without a word leaves nobody online for ever', async () => {
	const presence = { connectionId: 'c', lastSeenAtMs: T0 };
	const at = async (nowMs: number) => (await toAna({}, { presence }, nowMs)).participants[1];
	expect(await at(T0 + PRESENCE_FRESH_MS - 1)).toMatchObject({ presence: 'online' });
	expect(await at(T0 + PRESENCE_FRESH_MS)).toMatchObject({
		presence: 'offline',
		last_seen: instant(T0),
	});
});

test.each([
	['live', 0, true],
	['weak_signal', 3_600_000, true],
	['paused', 59_999, true],
	['paused', 60_000, false],
	['hidden', 60_000, false],
] as const)('P25 who is %s for %d ms sees the other: %s', async (state, sinceMs, seesBen) => {
	const sharing = { state, sinceMs: T0 };
	const { locations } = await toAna({ fix: FIX, sharing }, { fix: FIX }, T0 + sinceMs);
	expect(Object.keys(locations)).toEqual(seesBen ? [ANA.id, BEN.id] : [ANA.id]);
});

test('P25 the last position of somebody who pauses is still known, with its age', async () => {
	const ben = { fix: FIX, sharing: { state: 'paused' as const, sinceMs: T0 } };
	const { locations, participants } = await toAna({}, ben, T0 + 90_000);
	expect(locations[BEN.id]?.server_time).toBe(instant(T0));
	expect(participants[1]?.sharing).toBe('paused');
});
