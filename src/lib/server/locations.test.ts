import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Meeting } from '$lib/meeting';
import { instant, type WireFix } from '$lib/protocol';
import { createMemoryHub } from './bus/memory';
import { meetingChannel, type Heard } from './bus';
import { createCounters } from './counters';
import { createMemoryEphemeral } from './ephemeral/memory';
import { isForgotten } from './ephemeral/testing-requests';
import { fixFrame } from './fix-frames';
import { createFixes } from './fixes';
import { createLocations, DOUBT_TTL_MS, type Locations } from './locations';
import { createSnapshots, PRESENCE_FRESH_MS } from './snapshot';

const T0 = Date.parse('2026-11-24T08:00:00.000Z');
const [ANA, BEN, EVE] = [randomUUID(), randomUUID(), randomUUID()];
const people = [
	{ id: ANA, kind: 'guest', displayName: 'Ana' },
	{ id: BEN, kind: 'guest', displayName: 'Ben' },
] as const;

/** 1° of latitude is about 111 km: nobody goes that far in a second. */
function fix(atMs: number, lat = 52.5): WireFix {
	return { lat, lon: 13.4, accuracy_m: 8, timestamp: instant(atMs) };
}

async function stage() {
	const clock = { nowMs: T0 };
	const now = () => clock.nowMs;
	const bus = createMemoryHub().connect('alone');
	const ephemeral = createMemoryEphemeral({ now });
	const counters = createCounters();
	let meeting: Meeting = {
		id: randomUUID(),
		status: 'ACTIVE',
		createdBy: ANA,
		createdAtMs: T0,
		expiresAtMs: T0 + 3_600_000,
		endedAtMs: null,
		endReason: null,
		destination: null,
		participantIds: [ANA, BEN],
	};
	const view = () => ({ meeting, people });
	const locations = createLocations({
		meetings: { find: async (id) => (id === meeting.id ? view() : null) },
		fixes: createFixes({ bus, counters, now }),
		bus,
		ephemeral,
		counters,
		now,
	});
	const letGo = vi.spyOn(ephemeral, 'letGo');
	const heard: Heard[] = [];
	const leave = await bus.subscribe(meetingChannel(meeting.id), (event) => void heard.push(event));
	return {
		clock,
		ephemeral,
		locations,
		heard,
		letGo,
		/** Nobody of the meeting is connected to this server any more. */
		leave,
		id: meeting.id,
		end: () => void (meeting = { ...meeting, status: 'ENDED' }),
		snapshotFor: (personId: string) =>
			createSnapshots({ ephemeral, now }).snapshot(view(), personId),
		take: (wire: WireFix, personId = ANA): ReturnType<Locations['take']> =>
			locations.take(meeting.id, personId, wire),
	};
}

let it: Awaited<ReturnType<typeof stage>>;
beforeEach(async () => {
	vi.useFakeTimers({ now: T0 });
	it = await stage();
});
afterEach(() => vi.useRealTimers());

const codeOf = async (answer: ReturnType<Locations['take']>) => {
	const settled = await answer;
	return settled.ok ? 'ok' : settled.code;
};

describe('P27 a location by HTTP', () => {
	test('P27 is kept and told to the others, like one by the socket', async () => {
		expect(await it.take(fix(T0))).toEqual({ ok: true });
		expect(it.heard).toEqual([
			{
				kind: 'fix',
				personId: ANA,
				frame: fixFrame(ANA, { ...fix(T0), server_time: instant(T0) }),
			},
		]);
		expect((await it.ephemeral.traces(it.id)).get(ANA)?.fix).toMatchObject(fix(T0));
	});

	test('P27 leaves no copy on a server that would not hear of the end', async () => {
		await it.take(fix(T0));
		expect(it.letGo).not.toHaveBeenCalled();
		it.leave();
		await it.take(fix(T0 + 1));
		expect(it.letGo).toHaveBeenCalledWith(it.id);
	});

	test('P27 is refused for who has no seat, as if there were no such meeting', async () => {
		expect(await codeOf(it.take(fix(T0), EVE))).toBe('NOT_FOUND');
		expect(await codeOf(it.locations.take(randomUUID(), ANA, fix(T0)))).toBe('NOT_FOUND');
		it.end();
		expect(await codeOf(it.take(fix(T0), EVE))).toBe('NOT_FOUND');
		expect(it.heard).toEqual([]);
	});

	test('P27 is refused once the meeting is over, also past its end time', async () => {
		it.clock.nowMs = T0 + 3_600_000;
		expect(await codeOf(it.take(fix(it.clock.nowMs)))).toBe('MEETING_ENDED');
		it.clock.nowMs = T0;
		it.end();
		expect(await codeOf(it.take(fix(T0)))).toBe('MEETING_ENDED');
	});

	test('P27 is judged against the last one, wherever that came from', async () => {
		it.ephemeral.keepFix(it.id, ANA, { ...fix(T0), server_time: instant(T0) });
		expect(await it.take(fix(T0, 53))).toMatchObject({ code: 'INVALID_LOCATION' });
		expect(await it.take(fix(T0 - 1))).toMatchObject({ code: 'INVALID_LOCATION' });
		expect(await it.take(fix(T0, 91))).toMatchObject({ code: 'INVALID_LOCATION' });
		expect(await it.take(fix(T0))).toEqual({ ok: true });
	});

	test('P27 three in a row that agree become the new truth, over three calls', async () => {
		await it.take(fix(T0));
		const later = [1, 2, 3].map((second) => fix(T0 + second * 1_000, 53));
		const codes = [];
		for (const wire of later) codes.push(await codeOf(it.take(wire)));
		expect(codes).toEqual(['INVALID_LOCATION', 'INVALID_LOCATION', 'ok']);
		expect(await codeOf(it.take(fix(T0 + 4_000, 53)))).toBe('ok');
	});

	test('P27 doubts of a minute ago count no more, nor those from before another location', async () => {
		await it.take(fix(T0));
		for (const second of [1, 2]) await it.take(fix(T0 + second * 1_000, 53));
		vi.advanceTimersByTime(DOUBT_TTL_MS);
		expect(await codeOf(it.take(fix(T0 + 3_000, 53)))).toBe('INVALID_LOCATION');
		expect(await codeOf(it.take(fix(T0 + 4_000, 53)))).toBe('INVALID_LOCATION');
		it.ephemeral.keepFix(it.id, ANA, { ...fix(T0 + 4_500), server_time: instant(T0) });
		expect(await codeOf(it.take(fix(T0 + 5_000, 53)))).toBe('INVALID_LOCATION');
		it.end();
		await it.take(fix(T0));
		expect(vi.getTimerCount()).toBe(1); // that of the memory: no doubt outlives its meeting
	});

	test('P27 what is doubted waits for a minute; the call itself is forgotten at once', async () => {
		vi.useRealTimers();
		it = await stage();
		await it.take(fix(T0));
		expect(await isForgotten(() => it.take(fix(T0 + 1_000, 53)))).toBe(true);
		await it.take(fix(T0 + 2_000, 53));
		expect(await codeOf(it.take(fix(T0 + 3_000, 53)))).toBe('ok');
	});

	test('P27 of many at once none overtakes another', async () => {
		const codes = await Promise.all(
			[5, 4, 6, 2, 7].map((second) => codeOf(it.take(fix(T0 + second * 1_000)))),
		);
		expect(codes).toEqual(['ok', 'INVALID_LOCATION', 'ok', 'INVALID_LOCATION', 'ok']);
	});

	test('P27 P24 who paused a minute ago is refused until he shares again', async () => {
		it.ephemeral.keepSharing(it.id, ANA, { state: 'paused', sinceMs: T0 });
		it.clock.nowMs = T0 + 59_999;
		expect(await codeOf(it.take(fix(T0)))).toBe('ok');
		it.clock.nowMs = T0 + 60_000;
		const refused = await it.take(fix(it.clock.nowMs));
		expect(refused).toMatchObject({ code: 'SHARING_PAUSED' });
		expect(refused.ok ? '' : refused.message).toContain('sharing_update');
	});
});

describe('P28 giving by HTTP', () => {
	test('P28 lets a person see the others for a minute, and leaves him offline', async () => {
		await it.take(fix(T0), BEN);
		const seen = async () => Object.keys((await it.snapshotFor(ANA)).locations);
		expect(await seen()).toEqual([]);
		expect(await codeOf(it.take(fix(T0, 91)))).toBe('INVALID_LOCATION');
		expect(await seen()).toEqual([]);
		await it.take(fix(T0));
		expect((await seen()).sort()).toEqual([ANA, BEN].sort());
		expect((await it.snapshotFor(BEN)).participants[0]).toMatchObject({
			presence: 'offline',
			last_seen: instant(T0),
		});
		it.clock.nowMs += PRESENCE_FRESH_MS;
		expect(await seen()).toEqual([ANA]);
	});

	test('P28 takes nobody’s socket away, unless it has long been silent', async () => {
		it.ephemeral.keepPresence(it.id, ANA, {
			connectionId: 'c1',
			instanceId: 'i1',
			lastSeenAtMs: T0,
		});
		it.clock.nowMs = T0 + PRESENCE_FRESH_MS - 1;
		await it.take(fix(T0));
		const presence = async () => (await it.ephemeral.traces(it.id)).get(ANA)?.presence;
		expect(await presence()).toEqual({ connectionId: 'c1', instanceId: 'i1', lastSeenAtMs: T0 });
		it.clock.nowMs = T0 + PRESENCE_FRESH_MS;
		await it.take(fix(T0));
		expect(await presence()).toEqual({
			connectionId: null,
			instanceId: null,
			lastSeenAtMs: it.clock.nowMs,
		});
	});
});
