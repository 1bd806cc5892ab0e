import { expect, test } from 'vitest';
import type { Meeting } from '$lib/meeting';
import type { SharedFix } from '$lib/protocol';
import { createMemoryEphemeral } from './ephemeral/memory';
import { createSnapshots, PRESENCE_FRESH_MS } from './snapshot';

const NOW_MS = Date.parse('2026-05-01T12:00:00Z');
const [ANA, BEN] = ['0b0e7a5a-2d3c-4a7e-8f52-1f3b5c7d9e01', '0b0e7a5a-2d3c-4a7e-8f52-1f3b5c7d9e02'];
const MEETING: Meeting = {
	id: '6f1e5a52-6c4b-4d55-9d0e-0d6f4c1b2a01',
	status: 'ACTIVE',
	createdBy: ANA,
	createdAtMs: NOW_MS,
	expiresAtMs: NOW_MS + 3_600_000,
	endedAtMs: null,
	endReason: null,
	destination: null,
	participantIds: [ANA, BEN],
};
const VIEW = {
	meeting: MEETING,
	people: [
		{ id: ANA, kind: 'guest', displayName: 'Ana' },
		{ id: BEN, kind: 'guest', displayName: 'Ben' },
	],
} as const;
const FIX: SharedFix = {
	lat: 1,
	lon: 2,
	accuracy_m: 8,
	timestamp: '2026-05-01T12:00:00.000Z',
	server_time: '2026-05-01T12:00:00.000Z',
};

function stage() {
	let nowMs = NOW_MS;
	const now = () => nowMs;
	const ephemeral = createMemoryEphemeral({ now });
	const snapshots = createSnapshots({ ephemeral, now });
	ephemeral.keepFix(MEETING.id, ANA, FIX);
	return { ephemeral, snapshots, pass: (ms: number) => void (nowMs += ms) };
}

test('nobody watches by asking over HTTP: others’ positions need a socket within the last minute', async () => {
	const { ephemeral, snapshots, pass } = stage();
	const seenBy = async (id: string) => Object.keys((await snapshots.snapshot(VIEW, id)).locations);
	expect(await seenBy(BEN)).toEqual([]);
	expect(await seenBy(ANA)).toEqual([ANA]);
	ephemeral.keepPresence(MEETING.id, BEN, {
		connectionId: 'c',
		instanceId: 'i',
		lastSeenAtMs: NOW_MS,
	});
	expect(await seenBy(BEN)).toEqual([ANA]);
	pass(PRESENCE_FRESH_MS);
	expect(await seenBy(BEN)).toEqual([]);
	expect(Object.keys((await snapshots.welcome(VIEW, BEN)).locations)).toEqual([ANA]);
});

test('who paused for longer than the grace gets none, on a socket either', async () => {
	const { ephemeral, snapshots, pass } = stage();
	ephemeral.keepSharing(MEETING.id, BEN, { state: 'paused', sinceMs: NOW_MS });
	expect(Object.keys((await snapshots.welcome(VIEW, BEN)).locations)).toEqual([ANA]);
	pass(60_000);
	expect((await snapshots.welcome(VIEW, BEN)).locations).toEqual({});
});
