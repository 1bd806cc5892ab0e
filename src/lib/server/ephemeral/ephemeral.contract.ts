import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SharedFix } from '$lib/protocol';
import { EPHEMERAL_TTL_MS, type Ephemeral } from './ephemeral';

export const MEETING = 'f0000000-0000-4000-8000-00000000000f';
export const OTHER_MEETING = 'f0000000-0000-4000-8000-00000000000e';
const ANA = 'a0000000-0000-4000-8000-00000000000a';
const BEN = 'b0000000-0000-4000-8000-00000000000b';
const T0 = Date.parse('2026-11-24T08:00:00Z');

export interface EphemeralWorld {
	/** Another instance on the same memory; in a process that is alone it is the same one. */
	open(now: () => number): { readonly here: Ephemeral; readonly there: Ephemeral };
}

export function sharedFixAt(atMs: number, lat = 52.5): SharedFix {
	const time = new Date(atMs).toISOString();
	return { lat, lon: 13.4, accuracy_m: 8, timestamp: time, server_time: time };
}

/** What both memories promise. Ends of life that need a clock are tested by each one itself. */
export function ephemeralContract(name: string, world: EphemeralWorld): void {
	describe(`${name}: what must be forgotten`, () => {
		let nowMs: number;
		let here: Ephemeral;
		let there: Ephemeral;

		beforeEach(async () => {
			nowMs = T0;
			({ here, there } = world.open(() => nowMs));
			await expect
				.poll(() => here.isUp() && there.isUp(), { interval: 5, timeout: 15_000 })
				.toBe(true);
		});
		afterEach(async () => {
			await Promise.all([here.close(), there.close()]);
		});

		/** Reading over one's own connection comes after everything one has written. */
		async function asSeenThere(meetingId = MEETING) {
			await here.traces(meetingId);
			return there.traces(meetingId);
		}

		test('knows nothing of a meeting nobody spoke in', async () => {
			expect(await here.traces(MEETING)).toEqual(new Map());
			expect(await here.hereWindow(MEETING, T0)).toBeNull();
		});

		test('keeps each part of a trace on its own', async () => {
			here.keepFix(MEETING, ANA, sharedFixAt(T0));
			here.keepSharing(MEETING, ANA, { state: 'paused', sinceMs: T0, saidAtMs: T0 });
			here.keepRouteMode(MEETING, ANA, 'cycling-regular');
			here.keepPresence(MEETING, ANA, { connectionId: 'c1', instanceId: 'i1', lastSeenAtMs: T0 });
			here.keepSharing(MEETING, BEN, { state: 'live', sinceMs: T0, saidAtMs: T0 });
			expect(await asSeenThere()).toEqual(
				new Map([
					[
						ANA,
						{
							fix: sharedFixAt(T0),
							sharing: { state: 'paused', sinceMs: T0, saidAtMs: T0 },
							routeMode: 'cycling-regular',
							presence: { connectionId: 'c1', instanceId: 'i1', lastSeenAtMs: T0 },
						},
					],
					[
						BEN,
						{
							fix: null,
							sharing: { state: 'live', sinceMs: T0, saidAtMs: T0 },
							routeMode: null,
							presence: null,
						},
					],
				]),
			);
		});

		test('what was said earlier than what stands changes nothing, whoever keeps it', async () => {
			const paused = { state: 'paused', sinceMs: T0, saidAtMs: T0 + 1 } as const;
			there.keepSharing(MEETING, ANA, paused);
			await there.traces(MEETING);
			here.keepSharing(MEETING, ANA, { state: 'live', sinceMs: T0, saidAtMs: T0 });
			here.keepSharing(MEETING, ANA, { state: 'live', sinceMs: T0 }); // nobody said that
			expect((await asSeenThere()).get(ANA)?.sharing).toEqual(paused);
			const live = { state: 'live', sinceMs: T0 + 2, saidAtMs: T0 + 2 } as const;
			here.keepSharing(MEETING, ANA, live);
			expect((await asSeenThere()).get(ANA)?.sharing).toEqual(live);
		});

		test('reads at once what was kept just now, however often', async () => {
			for (let count = 0; count <= 20; count++)
				here.keepFix(MEETING, ANA, sharedFixAt(T0 + count, 52 + count / 100));
			const traces = await here.traces(MEETING);
			expect(traces.get(ANA)?.fix?.lat).toBe(52.2);
		});

		test('keeps meetings apart', async () => {
			here.keepFix(MEETING, ANA, sharedFixAt(T0));
			expect(await asSeenThere(OTHER_MEETING)).toEqual(new Map());
		});

		test('forgets a fix by its own age, though others keep talking', async () => {
			here.keepFix(MEETING, ANA, sharedFixAt(T0));
			nowMs = T0 + EPHEMERAL_TTL_MS - 1;
			here.keepPresence(MEETING, ANA, {
				connectionId: 'c1',
				instanceId: 'i1',
				lastSeenAtMs: nowMs,
			});
			expect((await here.traces(MEETING)).get(ANA)?.fix).not.toBeNull();
			nowMs = T0 + EPHEMERAL_TTL_MS;
			expect((await asSeenThere()).get(ANA)).toMatchObject({ fix: null, presence: {} });
		});

		test('M15 the second press joins the open window, also from another instance', async () => {
			const first = await here.pressHere(MEETING, ANA, 'measured', T0);
			expect(first).toEqual({
				presses: [{ personId: ANA, press: 'measured' }],
				expiresAtMs: T0 + 60_000,
			});
			const second = await there.pressHere(MEETING, BEN, 'by_hand', T0 + 59_999);
			expect(second.presses).toHaveLength(2);
			expect(second.expiresAtMs).toBe(first.expiresAtMs);
			expect(await here.hereWindow(MEETING, T0 + 59_999)).toEqual(second);
		});

		test('M15 of presses in one moment none is lost, and one window is opened', async () => {
			const windows = await Promise.all([
				here.pressHere(MEETING, ANA, 'measured', T0),
				there.pressHere(MEETING, BEN, 'measured', T0 + 5),
			]);
			expect(windows.map(({ presses }) => presses.length).sort()).toEqual([1, 2]);
			expect(new Set(windows.map(({ expiresAtMs }) => expiresAtMs)).size).toBe(1);
		});

		test('M16 a press into an expired window opens a new one', async () => {
			await here.pressHere(MEETING, ANA, 'measured', T0);
			expect(await there.hereWindow(MEETING, T0 + 60_000)).toBeNull();
			const window = await there.pressHere(MEETING, BEN, 'measured', T0 + 60_000);
			expect(window.presses).toEqual([{ personId: BEN, press: 'measured' }]);
		});

		test('closes a window', async () => {
			await here.pressHere(MEETING, ANA, 'measured', T0);
			await there.closeHere(MEETING);
			expect(await here.hereWindow(MEETING, T0)).toBeNull();
		});

		test('forgets a meeting whole and at once', async () => {
			here.keepFix(MEETING, ANA, sharedFixAt(T0));
			here.keepFix(MEETING, ANA, sharedFixAt(T0 + 1)); // still waiting to be written
			await here.pressHere(MEETING, ANA, 'measured', T0);
			await there.forget(MEETING);
			await here.forget(MEETING);
			expect(await here.traces(MEETING)).toEqual(new Map());
			expect(await there.hereWindow(MEETING, T0)).toBeNull();
		});

		test('forgets one person whole and at once, and the window he might have pressed in', async () => {
			for (const lat of [52.5, 52.6]) here.keepFix(MEETING, BEN, sharedFixAt(T0, lat));
			here.keepSharing(MEETING, BEN, { state: 'paused', sinceMs: T0, saidAtMs: T0 });
			here.keepRouteMode(MEETING, BEN, 'driving-car');
			here.keepPresence(MEETING, BEN, { connectionId: 'c2', instanceId: 'i1', lastSeenAtMs: T0 });
			here.keepFix(MEETING, ANA, sharedFixAt(T0));
			await here.pressHere(MEETING, BEN, 'measured', T0);
			await there.pressHere(MEETING, ANA, 'measured', T0);
			await here.forgetPerson(MEETING, BEN);
			expect([...(await asSeenThere()).keys()]).toEqual([ANA]);
			expect(await there.hereWindow(MEETING, T0)).toBeNull();
		});

		test('whoever was forgotten may come again', async () => {
			here.keepFix(MEETING, BEN, sharedFixAt(T0));
			await here.forgetPerson(MEETING, BEN);
			await here.forgetPerson(OTHER_MEETING, BEN);
			here.keepFix(MEETING, BEN, sharedFixAt(T0 + 1));
			expect((await asSeenThere()).get(BEN)?.fix).toEqual(sharedFixAt(T0 + 1));
		});

		test('takes nothing more of a meeting that ended, from any instance', async () => {
			await there.forget(MEETING);
			here.keepFix(MEETING, ANA, sharedFixAt(T0));
			here.keepPresence(MEETING, ANA, { connectionId: 'c1', instanceId: 'i1', lastSeenAtMs: T0 });
			await here.pressHere(MEETING, ANA, 'measured', T0);
			expect(await asSeenThere()).toEqual(new Map());
			expect(await there.hereWindow(MEETING, T0)).toBeNull();
		});
	});
}
