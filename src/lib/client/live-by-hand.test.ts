import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LiveMeeting } from './live-meeting.svelte';
import { ANA, BEN, fakeBrowser, MEETING_ID, sharedFixAt, START_MS, welcome } from './testing';
import { openBoth, openLive } from './testing-live';

beforeEach(() => void vi.useFakeTimers({ now: START_MS }));
afterEach(() => void vi.useRealTimers());

const PLACE = { lat: 48.002, lon: 11 };

/** What the server remembers of somebody who set his place by hand before the reload. */
const atPlace = () => ({
	locations: { [ANA]: { ...sharedFixAt(PLACE.lat, PLACE.lon), manual: true } },
});

describe('"I’m waiting here"', () => {
	test('is said of a place set by hand and of nothing else', async () => {
		const it = await openBoth();
		expect(it.meeting.waitsByHand).toBe(false);
		it.meeting.waitAt(PLACE);
		expect(it.meeting.waitsByHand).toBe(true);
		expect(it.device.watches.size).toBe(0);
	});

	test('goes on after a reload where the location is denied', async () => {
		const it = await openLive({ askNow: false, first: atPlace() });
		it.connect();
		await it.wait(16_000);
		expect(it.meeting).toMatchObject({ waitsByHand: true, self: { sharing: 'live' } });
		expect(it.sent('sharing_update')).toEqual([]);
		expect(it.sent('location_update').at(-1)).toMatchObject({ ...PLACE, manual: true });
	});

	test('goes on after a reload where GPS was shared before: none is sent in its stead', async () => {
		const browser = fakeBrowser();
		browser.memory.rememberSharing(MEETING_ID, true);
		browser.device.permission = 'granted';
		const it = await openLive({ askNow: false, browser, first: atPlace() });
		it.connect();
		expect(it.device.watches.size).toBe(0);
		expect(it.meeting.waitsByHand).toBe(true);
	});

	test('is known before anything is started', () => {
		expect(new LiveMeeting({ welcome: welcome(atPlace()) }).waitsByHand).toBe(true);
		const measured = { [ANA]: sharedFixAt(48, 11), [BEN]: sharedFixAt(48, 11) };
		expect(new LiveMeeting({ welcome: welcome({ locations: measured }) }).waitsByHand).toBe(false);
	});

	test('holds while "Use my location" is denied', async () => {
		const it = await openLive({ askNow: false });
		it.connect();
		it.meeting.waitAt(PLACE);
		it.meeting.shareLocation();
		it.device.fail(1);
		await it.wait(16_000);
		expect(it.meeting).toMatchObject({
			waitsByHand: true,
			location: { state: 'denied' },
			self: { sharing: 'live' },
		});
		expect(it.sent('location_update').at(-1)).toMatchObject({ ...PLACE, manual: true });
	});

	test('ends with the first position that the device gives', async () => {
		const it = await openLive({ askNow: false });
		it.connect();
		it.meeting.waitAt(PLACE);
		it.meeting.shareLocation();
		expect(it.meeting.waitsByHand).toBe(true);
		it.device.give({});
		expect(it.meeting.waitsByHand).toBe(false);
		expect(it.meeting.self.fix).not.toHaveProperty('manual');
	});

	test('is over with the meeting', async () => {
		const it = await openLive({ askNow: false });
		it.connect();
		it.meeting.waitAt(PLACE);
		it.sockets.last.drop(4403);
		expect(it.meeting.waitsByHand).toBe(false);
	});

	test('is not replaced by the device when a permission comes back in the settings', async () => {
		const it = await openLive();
		it.connect();
		it.device.fail(1);
		it.meeting.waitAt(PLACE);
		it.device.permission = 'granted';
		it.page.emit('focus');
		await it.wait(1_000);
		expect(it.device.watches.size).toBe(0);
		expect(it.meeting.waitsByHand).toBe(true);
	});
});

test('a page left while the permission is being looked up starts no watch', async () => {
	const browser = fakeBrowser();
	browser.device.permission = 'granted';
	const meeting = new LiveMeeting({ welcome: welcome(), env: browser.env });
	meeting.start({ askNow: false });
	meeting.stop();
	await vi.advanceTimersByTimeAsync(0);
	expect(browser.device.watches.size).toBe(0);
});

test('a position too rough to be sent decides nothing: by hand is offered', async () => {
	const it = await openLive();
	it.connect({ locations: { [BEN]: sharedFixAt(48, 11) } });
	it.device.give({ accuracy: 2_000 });
	expect(it.meeting.self.fix?.accuracyM).toBe(2_000);
	expect(it.meeting.proximity).toMatchObject({ verdict: 'unknown', doubt: 'missing' });
	it.device.give({ accuracy: 100 });
	expect(it.meeting.proximity?.verdict).toBe('within_reach');
});
