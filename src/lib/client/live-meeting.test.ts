import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { instant } from '$lib/protocol';
import { LiveMeeting } from './live-meeting.svelte';
import {
	ANA,
	BEN,
	fakeBrowser,
	MEETING_ID,
	participant,
	session,
	sharedFixAt,
	START_MS,
	welcome,
} from './testing';
import { openBoth, openLive } from './testing-live';

const EVE = '0b0e7a5a-2d3c-4a7e-8f52-1f3b5c7d9e03';

beforeEach(() => void vi.useFakeTimers({ now: START_MS }));
afterEach(() => void vi.useRealTimers());

describe('before the socket opens', () => {
	test('the page has what its load gave, without touching the browser', () => {
		const meeting = new LiveMeeting({
			welcome: welcome({
				locations: { [ANA]: sharedFixAt(48, 11), [BEN]: sharedFixAt(48.001, 11) },
			}),
		});
		expect(meeting.connection).toEqual({ state: 'connecting' });
		expect([meeting.self.name, meeting.peer?.name]).toEqual(['Ana', 'Ben']);
		expect(meeting.between).toMatchObject({ compass: 'north', approach: 'near' });
		expect(meeting.leftMs).toBe(3_600_000);
		expect(meeting.allowed.has('end')).toBe(true);
	});
});

describe('what the page shows', () => {
	test('the age of the other’s fix ticks, and after 30 s it is old', async () => {
		const it = await openBoth();
		await it.wait(30_000);
		expect(it.meeting.peer).toMatchObject({ ageMs: 30_000, isOld: false });
		await it.wait(1_000);
		expect(it.meeting.peer).toMatchObject({ ageMs: 31_000, isOld: true });
	});

	test('the distance bar fills on the way from the farthest point', async () => {
		const it = await openBoth(48.009);
		expect(it.meeting.between).toMatchObject({ approach: 'far', progress: 0 });
		it.serve({
			type: 'peer_location',
			payload: { ...sharedFixAt(48.0045, 11), user_id: BEN },
		});
		expect(it.meeting.between?.progress).toBeCloseTo(0.5);
		expect(it.meeting.between?.approach).toBe('far');
		it.serve({ type: 'peer_location', payload: { ...sharedFixAt(48, 11), user_id: BEN } });
		expect(it.meeting.between).toMatchObject({ approach: 'reach', progress: 1 });
		expect(it.meeting.proximity?.verdict).toBe('within_reach');
	});

	test('the badge counts down between tries', async () => {
		const it = await openBoth();
		it.sockets.last.drop();
		expect(it.meeting.connection).toEqual({ state: 'reconnecting', inMs: 500 });
		expect(it.meeting.self.presence).toBe('offline');
		it.page.emit('offline');
		expect(it.meeting.connection).toEqual({ state: 'offline' });
	});

	test('an invite is shown until the second seat is taken, also after a reload of the tab', async () => {
		const browser = fakeBrowser();
		const first = welcome({ participants: [participant(ANA)] });
		const url = 'https://meet.example/i#secret';
		browser.memory.rememberInvite(MEETING_ID, { url, id: null });
		const made = new LiveMeeting({ welcome: first, env: browser.env });
		made.start({ askNow: true });
		expect(made.invite).toBe(url);
		made.stop();
		const it = await openLive({ browser, first: { participants: [participant(ANA)] } });
		expect(it.meeting.invite).toBe(url);
		it.connect();
		it.serve({
			type: 'presence_update',
			payload: {
				user_id: BEN,
				status: 'online',
				last_seen: null,
				participant: participant(BEN),
			},
		});
		expect(it.meeting.invite).toBeNull();
	});

	test('after a removal the page waits for somebody again, and shows no dead link', async () => {
		const browser = fakeBrowser();
		browser.memory.rememberInvite(MEETING_ID, { url: 'https://meet.example/i#secret', id: null });
		const it = await openLive({ browser });
		it.connect({ locations: { [BEN]: sharedFixAt(48.009, 11) } });
		it.device.give({});
		it.serve({
			type: 'im_here_update',
			payload: { user_ids: [BEN], expires_at: instant(Date.now() + 60_000) },
		});
		expect(it.meeting.allowed.has('remove')).toBe(true);
		it.serve({ type: 'participant_removed', payload: { user_id: BEN } });
		it.serve({ type: 'session_updated', payload: session({ status: 'PENDING' }) });
		expect(it.meeting).toMatchObject({
			peer: null,
			between: null,
			proximity: null,
			here: null,
			ended: null,
			invite: null,
			connection: { state: 'live' },
		});
		expect(it.meeting.session.status).toBe('PENDING');
		expect(it.meeting.allowed.has('remove')).toBe(false);
		expect(it.meeting.self.fix).not.toBeNull();
		expect(browser.memory.invite(MEETING_ID)).toBeNull();
	});

	test('who comes after somebody was removed begins the distance bar anew', async () => {
		const it = await openBoth(48.09);
		it.serve({ type: 'participant_removed', payload: { user_id: BEN } });
		it.serve({
			type: 'presence_update',
			payload: { user_id: EVE, status: 'online', last_seen: null, participant: participant(EVE) },
		});
		it.serve({ type: 'peer_location', payload: { ...sharedFixAt(48.009, 11), user_id: EVE } });
		expect(it.meeting.between?.progress).toBe(0);
	});

	test('whoever is removed himself is told by the goodbye, and sees nothing any more', async () => {
		const it = await openBoth();
		it.sockets.last.drop(4403);
		expect(it.meeting.connection).toEqual({ state: 'closed', why: 'removed' });
		expect(it.meeting.peer?.fix ?? null).toBeNull();
	});
});

describe('"I’m here"', () => {
	test('sends the newest fix ahead, due or not, then the press', async () => {
		const it = await openBoth(48);
		await it.wait(500);
		it.device.give({ latitude: 48.00001 });
		it.meeting.pressHere(false);
		it.meeting.pressHere(true);
		expect(it.sockets.last.types().slice(-3)).toEqual(['location_update', 'im_here', 'im_here']);
		expect(it.sent('im_here')).toEqual([{}, { manual: true }]);
	});

	test('both see whose press opened the window, and how long it stays', async () => {
		const it = await openBoth(48);
		it.serve({
			type: 'im_here_update',
			payload: { user_ids: [BEN], expires_at: instant(Date.now() + 60_000) },
		});
		expect(it.meeting.here).toEqual({ mine: false, theirs: true, leftMs: 60_000 });
		await it.wait(10_000);
		expect(it.meeting.here?.leftMs).toBe(50_000);
		it.meeting.notYet();
		expect(it.sent('im_here_cancel')).toEqual([{}]);
	});

	test('a window that runs out is worth one sentence for 8 s', async () => {
		const it = await openBoth(48);
		it.serve({
			type: 'im_here_update',
			payload: { user_ids: [ANA], expires_at: instant(Date.now() + 3_000) },
		});
		await it.wait(3_000);
		expect(it.meeting.here).toBeNull();
		expect(it.meeting.notice).toEqual({ kind: 'window_ran_out' });
		it.serve({ type: 'im_here_update', payload: { user_ids: [], expires_at: null } });
		await it.wait(7_000);
		expect(it.meeting.notice).toEqual({ kind: 'window_ran_out' });
		await it.wait(1_000);
		expect(it.meeting.notice).toBeNull();
	});

	test.each([
		['TOO_FAR', 80, { kind: 'too_far', distanceM: 80 }],
		['TOO_FAR', undefined, { kind: 'too_far', distanceM: null }],
		['NO_RECENT_LOCATION', undefined, { kind: 'no_recent_location' }],
		['UNAVAILABLE', undefined, { kind: 'unavailable' }],
		['NOT_ACTIVE', undefined, { kind: 'refused', code: 'NOT_ACTIVE' }],
	])('a refusal %s is a notice', async (code, distance_m, notice) => {
		const it = await openBoth();
		it.serve({ type: 'error', payload: { code, message: '', ref: 'im_here', distance_m } });
		expect(it.meeting.notice).toEqual(notice);
		it.serve({
			type: 'im_here_update',
			payload: { user_ids: [BEN], expires_at: instant(Date.now() + 60_000) },
		});
		expect(it.meeting.notice).toBeNull();
	});

	test.each([
		[BEN, true],
		[ANA, false],
	])('"Not yet" of %s is told as such', async (cancelled_by, byPeer) => {
		const it = await openBoth();
		it.serve({
			type: 'im_here_update',
			payload: { user_ids: [], expires_at: null, cancelled_by },
		});
		expect(it.meeting.notice).toEqual({ kind: 'not_yet', byPeer });
	});

	test('a press while the connection is away is not lost in silence', async () => {
		const it = await openBoth(48);
		it.sockets.last.drop();
		it.meeting.pressHere(false);
		expect(it.meeting.notice).toEqual({ kind: 'refused', code: 'UNAVAILABLE' });
	});

	test('refusals of what the app sends by itself are nobody’s business', async () => {
		const it = await openBoth();
		for (const ref of ['location_update', 'sharing_update', 'ping'])
			it.serve({ type: 'error', payload: { code: 'RATE_LIMIT_EXCEEDED', message: '', ref } });
		expect(it.meeting.notice).toBeNull();
	});
});
