import { RESEND_MAX_AGE_MS } from './own-fixes';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { instant } from '$lib/protocol';
import { ANA, BEN, fakeBrowser, participant, START_MS } from './testing';
import { openBoth, openLive } from './testing-live';

beforeEach(() => void vi.useFakeTimers({ now: START_MS }));
afterEach(() => void vi.useRealTimers());

describe('fixes', () => {
	test('the first goes out at once, on the server’s clock', async () => {
		const it = await openLive();
		it.connect({ server_time: instant(START_MS + 60_000) });
		it.device.give({});
		expect(it.sent('location_update')).toEqual([
			{ lat: 48, lon: 11, accuracy_m: 10, timestamp: instant(START_MS + 60_000) },
		]);
		expect(it.meeting.self).toMatchObject({ ageMs: 0, isOld: false });
	});

	test('somebody who stands still sends one in 15 s', async () => {
		const it = await openBoth();
		for (let second = 0; second < 45; second++) {
			await it.wait(1_000);
			it.device.give({});
		}
		expect(it.sent('location_update')).toHaveLength(4);
	});

	test('a device that reports changes only is asked, so that fixes stay fresh', async () => {
		const it = await openBoth();
		for (let second = 0; second < 60; second++) {
			await it.wait(1_000);
			it.device.asked.splice(0).forEach(({ success }) => success(it.device.position({})));
		}
		const times = it.sent('location_update').map(({ timestamp }) => Date.parse(String(timestamp)));
		expect(times.length).toBeGreaterThanOrEqual(4);
		expect(Date.now() - (times.at(-1) ?? 0)).toBeLessThan(30_000);
	});

	test('after a drop only the newest goes out, and none that is old enough to be refused', async () => {
		const it = await openBoth();
		it.sockets.last.drop();
		for (const latitude of [48.01, 48.02, 48.03]) it.device.give({ latitude });
		await vi.advanceTimersByTimeAsync(500);
		it.connect();
		expect(it.sent('location_update')).toMatchObject([{ lat: 48.03 }]);

		it.sockets.last.drop();
		it.device.give({ latitude: 48.04 });
		it.page.emit('hidden');
		await vi.advanceTimersByTimeAsync(RESEND_MAX_AGE_MS);
		it.page.emit('visible');
		it.connect();
		expect(it.sent('location_update')).toEqual([]);
	});

	test('one that the server doubts is said again until three agree, and no oftener', async () => {
		const it = await openBoth();
		it.device.give({ latitude: 48.5 });
		const refusal = {
			type: 'error',
			payload: { code: 'INVALID_LOCATION', message: '', ref: 'location_update' },
		} as const;
		const said = () => it.sent('location_update').filter(({ lat }) => lat === 48.5).length;
		let refused = 0;
		for (let second = 0; second < 9; second++) {
			await it.wait(1_000);
			for (; refused < said(); refused++) it.sockets.last.serve(refusal);
		}
		expect(refused).toBe(3);
	});

	test('a coarse one is shown here, never sent, and named weak', async () => {
		const it = await openLive();
		it.connect();
		it.device.give({ accuracy: 900 });
		expect(it.meeting.location).toEqual({ state: 'approximate', accuracyM: 900 });
		expect(it.meeting.self.fix?.accuracyM).toBe(900);
		expect(it.sent('location_update')).toEqual([]);
		expect(it.sent('sharing_update')).toEqual([{ state: 'weak_signal' }]);
	});

	test('"I’m waiting here" is sent as set by hand and stays fresh', async () => {
		const it = await openLive({ askNow: false });
		it.connect();
		it.meeting.waitAt({ lat: 1, lon: 2 });
		await it.wait(31_000);
		expect(it.sent('location_update')).toMatchObject(
			Array(3).fill({ lat: 1, lon: 2, manual: true }),
		);
		expect(it.meeting.self.ageMs).toBeLessThan(2_000);
		expect(it.meeting.self.sharing).toBe('live');
	});
});

describe('sharing', () => {
	test('asking waits for a tap unless the permission is settled', async () => {
		const it = await openLive({ askNow: false });
		it.connect();
		expect(it.meeting.location.state).toBe('off');
		expect(it.meeting.self.sharing).toBe('paused');
		expect(it.meeting.isPaused).toBe(false);
		it.meeting.shareLocation();
		expect(it.meeting.location.state).toBe('asking');
		it.device.give({});
		expect(it.sent('sharing_update').at(-1)).toEqual({ state: 'live' });
		expect(it.sent('location_update')).toHaveLength(1);
	});

	test('where it is granted, sharing goes on by itself', async () => {
		const browser = fakeBrowser();
		browser.device.permission = 'granted';
		const it = await openLive({ askNow: false, browser });
		expect(it.meeting.location.state).toBe('asking');
	});

	test('pause stops positions and stays over a reload', async () => {
		const it = await openBoth();
		it.meeting.pause();
		expect(it.sent('sharing_update')).toEqual([{ state: 'paused' }]);
		expect(it.device.watches.size).toBe(0);
		it.meeting.stop();

		const reloaded = await openLive({
			askNow: false,
			browser: fakeBrowser(),
			first: { participants: [participant(ANA, { sharing: 'paused' }), participant(BEN)] },
		});
		reloaded.device.permission = 'granted';
		reloaded.connect();
		expect(reloaded.meeting.self.sharing).toBe('paused');
		expect(reloaded.meeting.isPaused).toBe(true);
		expect(reloaded.device.watches.size).toBe(0);
		reloaded.meeting.resume();
		reloaded.device.give({});
		expect(reloaded.sent('sharing_update')).toEqual([{ state: 'live' }]);
		expect(reloaded.sent('location_update')).toHaveLength(1);
	});

	test('M21 who pauses is blind after the grace, and knows it before', async () => {
		const it = await openBoth();
		it.meeting.pause();
		expect(it.meeting).toMatchObject({ seesPeer: true, blindInMs: 60_000 });
		await it.wait(59_000);
		expect(it.meeting).toMatchObject({ seesPeer: true, blindInMs: 1_000 });
		expect(it.meeting.peer?.fix).not.toBeNull();
		await it.wait(1_000);
		expect(it.meeting).toMatchObject({ seesPeer: false, blindInMs: 0, between: null });
		expect(it.meeting.peer?.fix).toBeNull();
		it.meeting.resume();
		it.device.give({});
		expect(it.meeting).toMatchObject({ seesPeer: true, blindInMs: null });
	});

	test('hiding says so first and lets go; coming back resumes by itself', async () => {
		const it = await openBoth();
		it.page.emit('hidden');
		expect(it.sent('sharing_update')).toEqual([{ state: 'hidden' }]);
		expect(it.device.watches.size).toBe(0);
		it.page.emit('visible');
		expect(it.sent('sharing_update')).toEqual([{ state: 'hidden' }, { state: 'live' }]);
		expect(it.device.watches.size).toBe(1);
	});

	test('a page that is left says hidden before its socket closes', async () => {
		const it = await openBoth();
		const socket = it.sockets.last;
		it.page.emit('pagehide');
		expect(socket.frames.at(-1)).toEqual({ type: 'sharing_update', payload: { state: 'hidden' } });
		expect(socket.readyState).toBe(3);
		it.page.emit('pageshow');
		it.connect({ participants: [participant(ANA, { sharing: 'hidden' }), participant(BEN)] });
		expect(it.sent('sharing_update')).toEqual([{ state: 'live' }]);
	});

	test('paused stays paused through hiding and coming back', async () => {
		const it = await openBoth();
		it.meeting.pause();
		it.page.emit('hidden');
		it.page.emit('visible');
		expect(it.meeting.self.sharing).toBe('paused');
		expect(it.device.watches.size).toBe(0);
	});

	test('denied is told as paused, for nothing is shared, and live when fixes flow again', async () => {
		const it = await openBoth();
		it.device.fail(1);
		expect(it.sent('sharing_update')).toEqual([{ state: 'paused' }]);
		it.meeting.shareLocation();
		it.device.give({});
		expect(it.sent('sharing_update').at(-1)).toEqual({ state: 'live' });
	});

	test('what was decided while the connection was away is told on return', async () => {
		const it = await openBoth();
		it.sockets.last.drop();
		it.meeting.pause();
		await vi.advanceTimersByTimeAsync(500);
		it.connect();
		expect(it.sent('sharing_update')).toEqual([{ state: 'paused' }]);
		expect(it.sent('location_update')).toEqual([]);
	});

	test('a server that counts us as paused is told again', async () => {
		const it = await openBoth();
		it.serve({
			type: 'error',
			payload: { code: 'SHARING_PAUSED', message: '', ref: 'location_update' },
		});
		expect(it.sent('sharing_update')).toEqual([{ state: 'live' }]);
		expect(it.meeting.notice).toBeNull();
	});
});
