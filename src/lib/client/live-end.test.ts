import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CLOSE, instant } from '$lib/protocol';
import {
	BEN,
	MEETING_ID,
	problemResponse,
	session,
	sharedFixAt,
	START_MS,
	welcome,
} from './testing';
import { openBoth, openLive } from './testing-live';

beforeEach(() => void vi.useFakeTimers({ now: START_MS }));
afterEach(() => void vi.useRealTimers());

describe('the end', () => {
	const OVER = session({ status: 'ENDED', end_reason: 'USER_ACTION', ended_at: instant(START_MS) });

	function expectNothingKept(it: Awaited<ReturnType<typeof openLive>>) {
		expect(it.meeting.self.fix).toBeNull();
		expect(it.meeting.peer?.fix ?? null).toBeNull();
		expect(it.device.watches.size).toBe(0);
		expect(it.memory.sharedBefore(MEETING_ID)).toBe(false);
		expect(it.meeting.connection).toMatchObject({ state: 'closed' });
		expect(vi.getTimerCount()).toBe(0);
	}

	test('told by the server: positions, watch, memory and timers go', async () => {
		const it = await openBoth();
		it.serve({
			type: 'session_ended',
			payload: { reason: 'PROXIMITY_REACHED', ended_at: instant(START_MS) },
		});
		expect(it.meeting.ended).toEqual({ reason: 'PROXIMITY_REACHED', atMs: START_MS });
		expectNothingKept(it);
		it.device.give({});
		expect(it.meeting.self.fix).toBeNull();
	});

	test('by "End meeting", also while the socket is away', async () => {
		const it = await openBoth();
		it.sockets.last.drop();
		it.net.answers[`DELETE sessions/${MEETING_ID}`] = () => Response.json({ session: OVER });
		expect(await it.meeting.end()).toBe(true);
		expect(it.meeting.ended?.reason).toBe('USER_ACTION');
		expectNothingKept(it);
	});

	test('without the server "End meeting" says that it could not, and sharing stops all the same', async () => {
		const it = await openBoth();
		expect(await it.meeting.end()).toBe(false);
		expect(it.meeting.ended).toBeNull();
		expect(it.meeting.isPaused).toBe(true);
		expect(it.device.watches.size).toBe(0);
	});

	test('missed while away: a refused handshake is asked about, and the reason is told', async () => {
		const it = await openBoth();
		it.sockets.last.drop();
		const met = { ...OVER, end_reason: 'MANUAL_CONFIRM' };
		it.net.answers[`GET sessions/${MEETING_ID}/snapshot`] = () =>
			problemResponse(410, 'MEETING_ENDED');
		it.net.answers[`GET sessions/${MEETING_ID}`] = () => Response.json({ session: met });
		await vi.advanceTimersByTimeAsync(500);
		it.sockets.last.drop();
		await vi.advanceTimersByTimeAsync(0);
		expect(it.meeting.ended).toEqual({ reason: 'MANUAL_CONFIRM', atMs: START_MS });
		expectNothingKept(it);
	});

	test.each([
		[401, 'UNAUTHENTICATED', 'logged_out'],
		[403, 'NOT_A_PARTICIPANT', 'removed'],
		[404, 'NOT_FOUND', 'removed'],
	])('a handshake refused with %i %s closes as %s', async (status, code, why) => {
		const it = await openBoth();
		it.net.answers[`GET sessions/${MEETING_ID}/snapshot`] = () => problemResponse(status, code);
		it.sockets.last.drop();
		await vi.advanceTimersByTimeAsync(500);
		it.sockets.last.drop();
		await vi.advanceTimersByTimeAsync(0);
		expect(it.meeting.connection).toEqual({ state: 'closed', why });
		expect(it.device.watches.size).toBe(0);
		expect(vi.getTimerCount()).toBe(0);
	});

	test('a proxy’s 404 while the server restarts ends nothing', async () => {
		const it = await openBoth();
		it.net.answers[`GET sessions/${MEETING_ID}/snapshot`] = () =>
			new Response('<h1>Not found</h1>', { status: 404 });
		it.sockets.last.drop();
		await vi.advanceTimersByTimeAsync(500);
		it.sockets.last.drop();
		await vi.advanceTimersByTimeAsync(0);
		expect(it.meeting.connection).toMatchObject({ state: 'reconnecting' });
	});

	test('where sockets are blocked the snapshot still shows what is true', async () => {
		const it = await openLive();
		it.net.answers[`GET sessions/${MEETING_ID}/snapshot`] = () =>
			Response.json(welcome({ locations: { [BEN]: sharedFixAt(48.5, 11) } }));
		it.sockets.last.drop();
		await vi.advanceTimersByTimeAsync(0);
		expect(it.meeting.peer?.fix?.lat).toBe(48.5);
	});

	test('a goodbye 4410 whose word was lost is asked about', async () => {
		const it = await openBoth();
		it.net.answers[`GET sessions/${MEETING_ID}`] = () => Response.json({ session: OVER });
		it.sockets.last.drop(CLOSE.ended.code);
		await vi.advanceTimersByTimeAsync(0);
		expect(it.meeting.ended?.reason).toBe('USER_ACTION');
	});

	test('extending shows at once, also while the socket is away', async () => {
		const it = await openBoth();
		it.sockets.last.drop();
		const longer = session({ expires_at: instant(START_MS + 7_200_000) });
		it.net.answers[`POST sessions/${MEETING_ID}/extend`] = () => Response.json({ session: longer });
		expect(await it.meeting.extend(60)).toBe(true);
		expect(it.meeting.leftMs).toBe(7_200_000);
		it.net.answers[`POST sessions/${MEETING_ID}/extend`] = () => problemResponse(409, 'TOO_LONG');
		expect(await it.meeting.extend(60)).toBe(false);
		expect(it.meeting.notice).toEqual({ kind: 'refused', code: 'TOO_LONG' });
	});

	test('a page that goes leaves no timer and no watch behind', async () => {
		const it = await openBoth();
		it.meeting.stop();
		expect(it.sockets.all.at(-1)?.frames.at(-1)?.payload).toEqual({ state: 'hidden' });
		expect([it.device.watches.size, vi.getTimerCount()]).toEqual([0, 0]);
	});
});
