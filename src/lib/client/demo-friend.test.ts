import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { distanceM, pointAt, type LatLon } from '$lib/geo';
import { instant, type ServerMessage, type Welcome } from '$lib/protocol';
import { DemoFriend, type DemoState } from './demo-friend';
import { seatBefore, takeSeat } from './demo-seat';
import { DemoWalk } from './demo-walk';
import {
	ANA,
	BEN,
	fakeFetch,
	fakeMemory,
	fakeSockets,
	MEETING_ID,
	participant,
	problemResponse,
	session,
	sharedFixAt,
	START_MS,
	testTime,
	welcome,
} from './testing';

beforeEach(() => void vi.useFakeTimers({ now: START_MS }));
afterEach(() => void vi.useRealTimers());

const HERE: LatLon = { lat: 48, lon: 11 };

/** The demo friend plays Ben; the test plays the server, and Ana. */
function friend(seat: { walkedM?: number } = {}, memory = fakeMemory()) {
	const sockets = fakeSockets();
	const net = fakeFetch();
	const states: DemoState[] = [];
	const it = new DemoFriend(
		{
			origin: 'https://meet.example',
			WebSocket: sockets.WebSocket,
			fetch: net.fetch,
			time: testTime(),
			memory,
			onState: (state) => states.push(state),
		},
		{ meetingId: MEETING_ID, token: 'ben-token', ...seat },
	);
	it.start();
	const serve = (message: ServerMessage) => sockets.last.serve(message);
	const connect = (changes: Partial<Welcome> = {}) => {
		serve({ type: 'welcome', payload: welcome({ self: { user_id: BEN }, ...changes }) });
		serve({ type: 'pong', payload: { client_ts_ms: null, server_time: instant(Date.now()) } });
	};
	const anaAt = ({ lat, lon }: LatLon) =>
		serve({ type: 'peer_location', payload: { ...sharedFixAt(lat, lon), user_id: ANA } });
	/** Ana stays where she is and goes on telling it. */
	const wait = async (seconds: number, at: LatLon = HERE) => {
		for (let second = 0; second < seconds; second++) {
			await vi.advanceTimersByTimeAsync(1_000);
			if (it.state.is !== 'gone') anaAt(at);
		}
	};
	const path = () =>
		sockets.last
			.payloads('location_update')
			.map(({ lat, lon }) => ({ lat: Number(lat), lon: Number(lon) }));
	return { friend: it, sockets, net, states, memory, serve, connect, anaAt, wait, path };
}

describe('takes a seat', () => {
	test('as a guest of its own, who neither sends nor keeps a cookie', async () => {
		const net = fakeFetch({
			'POST invite/redeem': () =>
				Response.json({
					session: session(),
					user: { id: BEN, kind: 'guest', display_name: 'Demo friend' },
					token: 'ben-token',
				}),
		});
		const seat = await takeSeat({ origin: 'https://meet.example', fetch: net.fetch }, 'secret');
		expect(seat).toEqual({ ok: true, value: { meetingId: MEETING_ID, token: 'ben-token' } });
		const { init } = net.calls[0] ?? {};
		expect(init?.credentials).toBe('omit');
		expect(init?.body).toBe(JSON.stringify({ token: 'secret', display_name: 'Demo friend' }));
	});

	test('or says why not', async () => {
		const net = fakeFetch({ 'POST invite/redeem': () => problemResponse(410, 'INVITE_SPENT') });
		const seat = await takeSeat({ origin: 'https://meet.example', fetch: net.fetch }, 'secret');
		expect(seat).toEqual({ ok: false, code: 'INVITE_SPENT' });
	});

	test('and speaks by its own token', () => {
		const { sockets } = friend();
		expect(sockets.last.url).toContain('&token=ben-token');
	});
});

describe('walks', () => {
	test('only once it knows where the other is', async () => {
		const { connect, wait, sockets, friend: ben } = friend();
		connect();
		await vi.advanceTimersByTimeAsync(2_000);
		expect(sockets.last.types()).not.toContain('location_update');
		expect(ben.state).toEqual({ is: 'waiting' });
		await wait(2);
		expect(sockets.last.types()).toContain('location_update');
	});

	test('without telling anybody that it shares, unless the server thinks otherwise', () => {
		const { connect, sockets } = friend();
		connect();
		expect(sockets.last.types()).not.toContain('sharing_update');
		connect({ participants: [participant(ANA), participant(BEN, { sharing: 'hidden' })] });
		expect(sockets.last.payloads('sharing_update')).toEqual([{ state: 'live' }]);
	});

	test('from 130 m away, at walking speed, a fix a second, and stops before the other', async () => {
		const { connect, anaAt, wait, path, sockets, friend: ben } = friend();
		connect();
		anaAt(HERE);
		await wait(130);
		const steps = path();
		expect(steps).toHaveLength(130);
		expect(distanceM(steps[0] ?? HERE, HERE)).toBeCloseTo(130, 0);
		for (const [index, at] of steps.slice(1).entries())
			expect(distanceM(steps[index] ?? at, at)).toBeLessThan(1.6);
		const leftM = distanceM(steps.at(-1) ?? HERE, HERE);
		expect(leftM).toBeGreaterThan(3);
		expect(leftM).toBeLessThan(7);
		expect(ben.state).toEqual({ is: 'arrived' });
		expect(sockets.last.payloads('location_update')[5]).toMatchObject({
			accuracy_m: 8,
			speed_mps: 1.5,
		});
		expect(sockets.last.payloads('location_update')[5]).toHaveProperty('heading_deg');
		expect(sockets.last.payloads('location_update').at(-1)).toMatchObject({ speed_mps: 0 });
	});

	test('to where the other is by now', async () => {
		const { connect, anaAt, wait, path } = friend();
		connect();
		anaAt(HERE);
		await wait(30);
		const there = pointAt(HERE, 45, 80);
		await wait(200, there);
		const steps = path();
		expect(distanceM(steps.at(-1) ?? HERE, there)).toBeLessThan(7);
		for (const [index, at] of steps.slice(1).entries())
			expect(distanceM(steps[index] ?? at, at)).toBeLessThan(1.6);
	});

	test('on from where it was after a reload of the page', async () => {
		const first = friend();
		first.connect();
		first.anaAt(HERE);
		await first.wait(60);
		const last = first.path().at(-1) ?? HERE;
		first.friend.stop();

		const seat = seatBefore(first.memory, MEETING_ID);
		expect(seat?.token).toBe('ben-token');
		const second = friend(seat ?? {}, first.memory);
		second.connect({
			locations: { [ANA]: sharedFixAt(48, 11), [BEN]: sharedFixAt(last.lat, last.lon) },
		});
		await second.wait(1);
		expect(distanceM(second.path()[0] ?? HERE, last)).toBeLessThan(2);
	});

	test('the rest of the way, where the server has forgotten the place', async () => {
		const { connect, anaAt, wait, path } = friend({ walkedM: 90 });
		connect();
		anaAt(HERE);
		await wait(1);
		expect(distanceM(path()[0] ?? HERE, HERE)).toBeCloseTo(40, 0);
	});

	test('after a pause of the page no farther than the way goes', () => {
		const walk = new DemoWalk(HERE, { startM: 130, speedMps: 1.5, fromDeg: 10 }, START_MS);
		const fix = walk.step(HERE, START_MS + 3_600_000);
		expect(distanceM(fix, HERE)).toBeCloseTo(5, 0);
		expect(walk.hasArrived).toBe(true);
	});
});

describe('confirms', () => {
	function pressOfAna(expiresInMs = 60_000): ServerMessage {
		return {
			type: 'im_here_update',
			payload: { user_ids: [ANA], expires_at: instant(Date.now() + expiresInMs) },
		};
	}

	test('when asked, a moment later, once', async () => {
		const { connect, anaAt, wait, serve, sockets } = friend();
		connect();
		anaAt(HERE);
		await wait(110);
		serve(pressOfAna());
		await vi.advanceTimersByTimeAsync(1_400);
		expect(sockets.last.payloads('im_here')).toEqual([]);
		await vi.advanceTimersByTimeAsync(200);
		expect(sockets.last.payloads('im_here')).toEqual([{}]);
		serve({
			type: 'im_here_update',
			payload: { user_ids: [ANA, BEN], expires_at: instant(Date.now() + 58_000) },
		});
		await wait(5);
		expect(sockets.last.payloads('im_here')).toHaveLength(1);
	});

	test('by hand, where nothing measured can decide', async () => {
		const { connect, serve, sockets } = friend();
		connect();
		serve(pressOfAna());
		await vi.advanceTimersByTimeAsync(1_600);
		expect(sockets.last.payloads('im_here')).toEqual([{ manual: true }]);
	});

	test('not while it is too far, but as soon as it is near while the window is open', async () => {
		const { connect, anaAt, wait, serve, sockets } = friend();
		connect();
		anaAt(HERE);
		await wait(30);
		serve(pressOfAna());
		await wait(10);
		expect(sockets.last.payloads('im_here')).toEqual([]);
		await wait(45);
		expect(sockets.last.payloads('im_here').length).toBeGreaterThan(0);
	});
});

describe('leaves', () => {
	test('when the meeting ends, and forgets everything', async () => {
		const { connect, anaAt, wait, serve, states, sockets, memory } = friend();
		connect();
		anaAt(HERE);
		await wait(3);
		serve({
			type: 'session_ended',
			payload: { reason: 'PROXIMITY_REACHED', ended_at: instant(Date.now()) },
		});
		expect(states.at(-1)).toEqual({ is: 'gone', reason: 'PROXIMITY_REACHED' });
		expect(sockets.last.readyState).toBe(3);
		expect(seatBefore(memory, MEETING_ID)).toBeNull();
		expect(vi.getTimerCount()).toBe(0);
	});

	test('when it finds the meeting over on return', async () => {
		const { connect, sockets, net, states } = friend();
		connect();
		net.answers[`GET sessions/${MEETING_ID}/snapshot`] = () =>
			problemResponse(410, 'MEETING_ENDED');
		sockets.last.drop();
		await vi.advanceTimersByTimeAsync(500);
		sockets.last.drop();
		await vi.advanceTimersByTimeAsync(0);
		expect(states.at(-1)).toEqual({ is: 'gone', reason: null });
	});

	test('comes back after a drop like any other client', async () => {
		const { connect, anaAt, wait, sockets, path } = friend();
		connect();
		anaAt(HERE);
		await wait(3);
		sockets.last.drop();
		await vi.advanceTimersByTimeAsync(500);
		connect({ locations: { [ANA]: sharedFixAt(48, 11) } });
		await wait(2);
		expect(sockets.all).toHaveLength(2);
		expect(path().length).toBeGreaterThan(0);
	});

	test('politely ends the meeting on demand, by its own token', async () => {
		const { friend: ben, net } = friend();
		net.answers[`DELETE sessions/${MEETING_ID}`] = () =>
			Response.json({ session: session({ status: 'ENDED' }) });
		expect(await ben.end()).toBe(true);
		expect(net.calls[0]?.init?.headers).toMatchObject({ authorization: 'Bearer ben-token' });
		expect(net.calls[0]?.init?.credentials).toBe('omit');
	});
});
