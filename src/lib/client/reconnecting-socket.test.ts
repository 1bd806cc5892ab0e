import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CLOSE, type ServerMessage } from '$lib/protocol';
import { retryDelayMs } from './backoff';
import { followPage } from './page-life';
import { ReconnectingSocket } from './reconnecting-socket';
import { meetingSocketUrl } from './socket-port';
import { fakePage, fakeSockets, MEETING_ID, START_MS, testTime } from './testing';

const PONG: ServerMessage = {
	type: 'pong',
	payload: { client_ts_ms: null, server_time: '2026-11-24T12:00:00.000Z' },
};

beforeEach(() => void vi.useFakeTimers({ now: START_MS }));
afterEach(() => void vi.useRealTimers());

function connect(random = 0.5) {
	const sockets = fakeSockets();
	const page = fakePage();
	const onFailedTry = vi.fn();
	const texts: string[] = [];
	const socket = new ReconnectingSocket({
		url: 'wss://meet.example/socket',
		WebSocket: sockets.WebSocket,
		time: testTime(random),
		isOnline: () => page.isOnline(),
		onText: (text) => texts.push(text),
		onChange: () => undefined,
		onFailedTry,
	});
	followPage(socket, page);
	socket.start();
	return { socket, sockets, page, texts, onFailedTry };
}

/** A connection that has been quiet and well for a while. */
function connectSteadily(random = 0.5) {
	const it = connect(random);
	it.sockets.last.serve(PONG);
	it.sockets.last.serve(PONG); // answers the first ping
	vi.advanceTimersByTime(9_000);
	it.sockets.last.serve(PONG);
	vi.advanceTimersByTime(2_000);
	return it;
}

describe('the first connection', () => {
	test('is live once the server has spoken, not at the mere opening', () => {
		const { socket, sockets, texts } = connect();
		expect(socket.connection).toEqual({ state: 'connecting' });
		expect(socket.send('{}')).toBe(false);
		sockets.last.serve(PONG);
		expect(socket.connection).toEqual({ state: 'live' });
		expect(texts).toEqual([JSON.stringify(PONG)]);
		expect(socket.send('{"type":"x"}')).toBe(true);
	});

	test('measures the clock at once', () => {
		const { sockets } = connect();
		sockets.last.serve(PONG);
		expect(sockets.last.payloads('ping')).toEqual([{ client_ts_ms: START_MS }]);
	});

	test('is given up when it does not open within 10 s', () => {
		const { socket, sockets, onFailedTry } = connect();
		vi.advanceTimersByTime(9_999);
		expect(sockets.all).toHaveLength(1);
		vi.advanceTimersByTime(1);
		expect(sockets.last.readyState).toBe(3);
		expect(onFailedTry).toHaveBeenCalledOnce();
		expect(socket.connection).toEqual({ state: 'reconnecting', inMs: 500 });
	});

	test('tells of a refused handshake, so that somebody can ask why', () => {
		const { sockets, onFailedTry } = connect();
		sockets.last.drop();
		expect(onFailedTry).toHaveBeenCalledOnce();
	});
});

describe('after a loss', () => {
	test('the first try comes within a second, at the original address, and the badge counts down', () => {
		const { socket, sockets } = connectSteadily(0.8);
		sockets.last.drop();
		expect(socket.connection).toEqual({ state: 'reconnecting', inMs: 800 });
		vi.advanceTimersByTime(300);
		expect(socket.connection).toEqual({ state: 'reconnecting', inMs: 500 });
		vi.advanceTimersByTime(500);
		expect(sockets.all.map(({ url }) => url)).toEqual(Array(2).fill('wss://meet.example/socket'));
		expect(socket.connection).toEqual({ state: 'reconnecting', inMs: 0 });
		sockets.last.serve(PONG);
		expect(socket.connection).toEqual({ state: 'live' });
	});

	test('it tries for ever, ever more seldom, up to 30 s', () => {
		const { socket, sockets } = connectSteadily(1);
		const waits: number[] = [];
		for (let loss = 0; loss < 30; loss++) {
			sockets.last.drop();
			const { connection } = socket;
			if (connection.state !== 'reconnecting') throw new Error(connection.state);
			waits.push(connection.inMs);
			vi.advanceTimersByTime(connection.inMs);
		}
		expect(waits.slice(0, 4)).toEqual([1_000, 1_500, 2_250, 3_375]);
		expect(waits.slice(9)).toEqual(Array(21).fill(30_000));
	});

	test.each([
		[0, 0.999, 999],
		[3, 0.5, 1_688],
		[9, 1, 30_000],
		[10_000, 1, 30_000],
		[10_000, 0, 0],
	])('attempt %i with chance %d waits %i ms', (attempt, random, delayMs) => {
		expect(retryDelayMs(attempt, random)).toBe(delayMs);
	});

	test('a server that takes everybody in and throws them out again is not stormed', () => {
		const { socket, sockets } = connectSteadily(1);
		for (const inMs of [1_000, 1_500, 2_250]) {
			sockets.last.drop();
			expect(socket.connection).toEqual({ state: 'reconnecting', inMs });
			vi.advanceTimersByTime(inMs);
			sockets.last.serve(PONG);
		}
	});

	test.each(['online', 'visible'] as const)('%s brings the next try at once', (event) => {
		const { sockets, page } = connectSteadily(1);
		sockets.last.drop();
		page.emit(event);
		expect(sockets.all).toHaveLength(2);
	});

	test('a tap brings the next try at once, and short waits after it', () => {
		const { socket, sockets } = connectSteadily(1);
		for (let loss = 0; loss < 6; loss++) {
			sockets.last.drop();
			vi.advanceTimersByTime(30_000);
		}
		sockets.last.drop();
		socket.reconnectNow();
		sockets.last.drop();
		expect(socket.connection).toEqual({ state: 'reconnecting', inMs: 1_000 });
	});

	test('a try that hangs since before the network came back is begun anew', () => {
		const { sockets, page } = connect();
		vi.advanceTimersByTime(1_000);
		page.emit('online');
		expect(sockets.all).toHaveLength(1);
		vi.advanceTimersByTime(2_000);
		page.emit('online');
		expect(sockets.all).toHaveLength(2);
	});

	test('without network the badge says so, and the tries go on: the server may be next door', () => {
		const { socket, sockets, page } = connectSteadily();
		page.emit('offline');
		sockets.last.drop();
		expect(socket.connection).toEqual({ state: 'offline' });
		vi.advanceTimersByTime(500);
		expect(sockets.all).toHaveLength(2);
		sockets.last.serve(PONG);
		expect(socket.connection).toEqual({ state: 'live' });
	});

	test('nothing that comes late from the lost socket is heard', () => {
		const { socket, sockets, texts } = connectSteadily();
		const old = sockets.last;
		old.drop();
		const heard = texts.length;
		vi.advanceTimersByTime(500);
		sockets.last.serve(PONG);
		old.serve(PONG);
		old.drop(CLOSE.ended.code);
		expect(socket.connection).toEqual({ state: 'live' });
		expect(texts).toHaveLength(heard + 1);
	});
});

describe('the goodbye decides', () => {
	test('after a restart everybody comes back spread over 5 s', () => {
		const { socket, sockets } = connectSteadily(0.9);
		sockets.last.drop(CLOSE.restart.code);
		expect(socket.connection).toEqual({ state: 'reconnecting', inMs: 4_500 });
	});

	test('replaced by another tab it waits for a tap, whatever the page does', () => {
		const { socket, sockets, page } = connectSteadily();
		sockets.last.drop(CLOSE.replaced.code);
		expect(socket.connection).toEqual({ state: 'elsewhere' });
		for (const event of ['visible', 'online', 'pagehide', 'pageshow'] as const) page.emit(event);
		vi.advanceTimersByTime(120_000);
		expect(sockets.all).toHaveLength(1);
		socket.reconnectNow();
		expect(sockets.all).toHaveLength(2);
	});

	test.each([
		[CLOSE.ended.code, 'ended'],
		[CLOSE.removed.code, 'removed'],
		[CLOSE.loginRevoked.code, 'logged_out'],
	])('%i closes for good', (code, why) => {
		const { socket, sockets } = connectSteadily();
		sockets.last.drop(code);
		expect(socket.connection).toEqual({ state: 'closed', why });
		socket.reconnectNow();
		vi.advanceTimersByTime(120_000);
		expect(sockets.all).toHaveLength(1);
	});

	test.each([CLOSE.goingAway.code, CLOSE.overloaded.code, CLOSE.dead.code, CLOSE.abuse.code, 1006])(
		'%i is tried again',
		(code) => {
			const { sockets } = connectSteadily();
			sockets.last.drop(code);
			vi.advanceTimersByTime(1_000);
			expect(sockets.all).toHaveLength(2);
		},
	);
});

describe('the watchdog', () => {
	test('asks after 10 s of silence and gives up 3 s later', () => {
		const { socket, sockets } = connect();
		sockets.last.serve(PONG);
		sockets.last.serve(PONG);
		vi.advanceTimersByTime(9_999);
		expect(sockets.last.types()).toEqual(['ping']);
		vi.advanceTimersByTime(1);
		expect(sockets.last.types()).toEqual(['ping', 'ping']);
		vi.advanceTimersByTime(2_999);
		expect(socket.connection).toEqual({ state: 'live' });
		vi.advanceTimersByTime(1);
		expect(socket.connection).toMatchObject({ state: 'reconnecting' });
	});

	test('any frame is a sign of life', () => {
		const { socket, sockets } = connectSteadily();
		for (let turn = 0; turn < 10; turn++) {
			sockets.last.serve(PONG);
			vi.advanceTimersByTime(12_000);
		}
		expect(socket.connection).toEqual({ state: 'live' });
		expect(sockets.all).toHaveLength(1);
	});

	test('a busy connection measures the clock once a minute', () => {
		const { sockets } = connect();
		for (let second = 0; second < 125; second++) {
			sockets.last.serve(PONG);
			vi.advanceTimersByTime(1_000);
		}
		expect(sockets.last.types()).toEqual(['ping', 'ping', 'ping']);
	});

	test.each(['visible', 'online', 'offline'] as const)(
		'on %s it asks at once and reconnects when no answer comes in 3 s',
		(event) => {
			const { sockets, page } = connectSteadily(0);
			const before = sockets.last.types().length;
			page.emit(event);
			expect(sockets.last.types()).toHaveLength(before + 1);
			vi.advanceTimersByTime(3_001);
			expect(sockets.all).toHaveLength(2);
		},
	);
});

test('the page is kept out of nobody’s way: closed in pagehide, back in pageshow', () => {
	const { socket, sockets, page } = connectSteadily();
	page.emit('pagehide');
	expect(sockets.last.readyState).toBe(3);
	vi.advanceTimersByTime(120_000);
	expect(sockets.all).toHaveLength(1);
	page.emit('pageshow');
	expect(sockets.all).toHaveLength(2);
	sockets.last.serve(PONG);
	expect(socket.connection).toEqual({ state: 'live' });
});

test.each([
	['https://meet.example', undefined, 'wss://meet.example/api/v1/ws/meetup?session_id='],
	['http://localhost:3000/', undefined, 'ws://localhost:3000/api/v1/ws/meetup?session_id='],
])('the address on %s', (origin, token, start) => {
	expect(meetingSocketUrl(origin, MEETING_ID, token)).toBe(start + MEETING_ID);
	expect(meetingSocketUrl(origin, MEETING_ID, 'a b')).toBe(`${start}${MEETING_ID}&token=a+b`);
});
