import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ANA, BEN, fakeBrowser, MEETING_ID, participant, session, START_MS } from './testing';
import { openLive } from './testing-live';

beforeEach(() => void vi.useFakeTimers({ now: START_MS }));
afterEach(() => void vi.useRealTimers());

const FOUNTAIN = { name: 'Fountain', lat: 48.002, lon: 11 };
const NOT_SENT = { kind: 'refused', code: 'UNAVAILABLE' };

async function openConnected() {
	const it = await openLive({ askNow: false });
	it.connect();
	return it;
}

describe('the meeting place', () => {
	test('is sent with its name and nothing else, and shown once the server says so', async () => {
		const it = await openConnected();
		expect(it.meeting.setDestination({ ...FOUNTAIN, id: 'saved' } as typeof FOUNTAIN)).toBe(true);
		expect(it.sent('destination_update')).toEqual([{ destination: FOUNTAIN }]);
		expect(it.meeting.session.destination).toBeNull();
		it.serve({
			type: 'destination_update',
			payload: { destination: FOUNTAIN, by_user_id: ANA },
		});
		expect(it.meeting.session.destination).toEqual(FOUNTAIN);
		expect(it.meeting.placeBy).toBe(ANA);
	});

	test('is cleared by null', async () => {
		const it = await openConnected();
		it.meeting.setDestination(null);
		expect(it.sent('destination_update')).toEqual([{ destination: null }]);
	});

	test('set by the other is there at once', async () => {
		const it = await openConnected();
		it.serve({
			type: 'destination_update',
			payload: { destination: FOUNTAIN, by_user_id: BEN },
		});
		expect(it.meeting).toMatchObject({ placeBy: BEN, session: { destination: FOUNTAIN } });
	});

	test('while the connection is away it is not sent, and that is said', async () => {
		const it = await openConnected();
		it.sockets.last.drop();
		expect(it.meeting.setDestination(FOUNTAIN)).toBe(false);
		expect(it.meeting.notice).toEqual(NOT_SENT);
	});

	test('lost on the way is said when the connection is back', async () => {
		const it = await openConnected();
		it.meeting.setDestination(FOUNTAIN);
		it.sockets.last.drop();
		await vi.advanceTimersByTimeAsync(500);
		it.connect();
		expect(it.meeting.notice).toEqual(NOT_SENT);
	});

	test('that arrived before the connection broke is not called lost', async () => {
		const it = await openConnected();
		it.meeting.setDestination(FOUNTAIN);
		it.sockets.last.drop();
		await vi.advanceTimersByTimeAsync(500);
		it.connect({ session: session({ destination: FOUNTAIN }) });
		expect(it.meeting.notice).toBeNull();
		expect(it.meeting.session.destination).toEqual(FOUNTAIN);
	});

	test('that was refused is said once, and not again on the next connection', async () => {
		const it = await openConnected();
		it.meeting.setDestination(FOUNTAIN);
		it.serve({
			type: 'error',
			payload: { code: 'INVALID_PAYLOAD', message: '', ref: 'destination_update' },
		});
		expect(it.meeting.notice).toEqual({ kind: 'refused', code: 'INVALID_PAYLOAD' });
		await it.wait(9_000);
		it.sockets.last.drop();
		await vi.advanceTimersByTimeAsync(500);
		it.connect();
		expect(it.meeting.notice).toBeNull();
	});
});

describe('how somebody is on his way', () => {
	test('is shown at once and told', async () => {
		const it = await openConnected();
		expect(it.meeting.self.routeMode).toBeNull();
		it.meeting.setRouteMode('cycling-regular');
		expect(it.meeting.self.routeMode).toBe('cycling-regular');
		expect(it.sent('route_mode_update')).toEqual([{ mode: 'cycling-regular' }]);
		it.serve({ type: 'peer_route_mode', payload: { user_id: BEN, mode: 'driving-car' } });
		expect(it.meeting.peer?.routeMode).toBe('driving-car');
	});

	test('chosen while the connection was away is told on return', async () => {
		const it = await openConnected();
		it.sockets.last.drop();
		it.meeting.setRouteMode('driving-car');
		expect(it.meeting.self.routeMode).toBe('driving-car');
		await vi.advanceTimersByTimeAsync(500);
		it.connect();
		expect(it.sent('route_mode_update')).toEqual([{ mode: 'driving-car' }]);
		expect(it.meeting.self.routeMode).toBe('driving-car');
	});

	test('that the server knows is not told twice', async () => {
		const it = await openConnected();
		it.meeting.setRouteMode('driving-car');
		it.sockets.last.drop();
		await vi.advanceTimersByTimeAsync(500);
		it.connect({
			participants: [participant(ANA, { route_mode: 'driving-car' }), participant(BEN)],
		});
		expect(it.sent('route_mode_update')).toEqual([]);
	});
});

describe('removing and blocking', () => {
	const REMOVE = `DELETE sessions/${MEETING_ID}/participants/${BEN}`;

	test('a removal frees the seat at once, also while the socket is away', async () => {
		const it = await openConnected();
		it.sockets.last.drop();
		it.net.answers[REMOVE] = () => Response.json({ session: session({ status: 'PENDING' }) });
		expect(await it.meeting.remove(BEN)).toBe(true);
		expect(it.meeting).toMatchObject({ peer: null, session: { status: 'PENDING' }, ended: null });
	});

	test('a removal that did not reach the server changes nothing', async () => {
		const it = await openConnected();
		expect(await it.meeting.remove(BEN)).toBe(false);
		expect(it.meeting.peer?.id).toBe(BEN);
	});

	test('a block ends the meeting here, and names the other to the server alone', async () => {
		const it = await openConnected();
		it.net.answers['POST blocks'] = () => Response.json({}, { status: 201 });
		it.net.answers[`GET sessions/${MEETING_ID}`] = () =>
			Response.json({ session: session({ status: 'ENDED', end_reason: 'BLOCKED' }) });
		expect(await it.meeting.block(BEN)).toBe(true);
		expect(it.meeting.ended?.reason).toBe('BLOCKED');
		const call = it.net.calls.find(({ path }) => path === 'POST blocks');
		expect(call?.init?.body).toBe(JSON.stringify({ user_id: BEN }));
	});

	test('a block that did not reach the server says so, and sharing stops all the same', async () => {
		const it = await openConnected();
		expect(await it.meeting.block(BEN)).toBe(false);
		expect(it.meeting.ended).toBeNull();
		expect(it.meeting.isPaused).toBe(true);
	});
});

describe('the invite', () => {
	const url = 'https://meet.example/i#secret';
	const alone = { participants: [participant(ANA)], session: session({ status: 'PENDING' }) };
	const renewed = {
		id: '7f1e5a52-6c4b-4d55-9d0e-0d6f4c1b2a09',
		token: 'other',
		url: 'https://meet.example/i#other',
		expires_at: '2026-11-25T12:00:00.000Z',
	};

	async function openAlone() {
		const browser = fakeBrowser();
		browser.memory.rememberInvite(MEETING_ID, { url, id: null });
		const it = await openLive({ askNow: false, browser, first: alone });
		it.connect(alone);
		return it;
	}

	test('the first link can be replaced, not revoked: its id is not known here', async () => {
		const it = await openAlone();
		expect([it.meeting.invite, it.meeting.canRevokeInvite]).toEqual([url, false]);
		expect(await it.meeting.revokeInvite()).toBe(false);
		expect(it.meeting.invite).toBe(url);
	});

	test('a link made here can be revoked, also after a reload, and is forgotten then', async () => {
		const it = await openAlone();
		it.net.answers['POST invites'] = () => Response.json({ invite: renewed }, { status: 201 });
		expect(await it.meeting.renewInvite()).toBe(true);
		expect([it.meeting.invite, it.meeting.canRevokeInvite]).toEqual([renewed.url, true]);
		expect(it.memory.invite(MEETING_ID)).toEqual({ url: renewed.url, id: renewed.id });

		expect(await it.meeting.revokeInvite()).toBe(false);
		expect(it.meeting.invite).toBe(renewed.url);
		it.net.answers[`DELETE invites/${renewed.id}`] = () => new Response(null, { status: 204 });
		expect(await it.meeting.revokeInvite()).toBe(true);
		expect([it.meeting.invite, it.meeting.canRevokeInvite]).toEqual([null, false]);
		expect(it.memory.invite(MEETING_ID)).toBeNull();
	});
});
