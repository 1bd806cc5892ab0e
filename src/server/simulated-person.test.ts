import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
	ANA,
	BEN,
	fakeSockets,
	MEETING_ID,
	participant,
	passMs,
	sharedFixAt,
	START_MS,
	testTime,
	welcome,
} from '$lib/client/testing';
import { distanceM, pointAt, type LatLon } from '$lib/geo';
import { CLOSE, type ServerMessage, type Welcome } from '$lib/protocol';
import type { SimulateWish } from './simulate-wish';
import { SimulatedPerson, STEP_MS } from './simulated-person';
import { HARBOUR } from './simulated-walk';

beforeEach(() => void vi.useFakeTimers({ now: START_MS }));
afterEach(() => void vi.useRealTimers());

const HERE: LatLon = { lat: 48, lon: 11 };

/** The command walks Ben; the test plays the server, and Ana. */
function ben(wish: Partial<SimulateWish> = {}) {
	const sockets = fakeSockets();
	const lines: string[] = [];
	const ends: [string, number][] = [];
	const person = new SimulatedPerson({
		wish: {
			origin: 'https://meet.example',
			meetingId: MEETING_ID,
			token: 'ben-token',
			from: null,
			to: null,
			speedMps: 1.4,
			...wish,
		},
		WebSocket: sockets.WebSocket,
		time: testTime(),
		say: (line) => lines.push(line),
		onEnd: (...end) => ends.push(end),
		onFailedTry: () => undefined,
	});
	person.start();
	const serve = (message: ServerMessage) => sockets.last.serve(message);
	const connect = (changes: Partial<Welcome> = {}) =>
		serve({ type: 'welcome', payload: welcome({ self: { user_id: BEN }, ...changes }) });
	const anaAt = ({ lat, lon }: LatLon) =>
		serve({ type: 'peer_location', payload: { ...sharedFixAt(lat, lon), user_id: ANA } });
	const pong = (): ServerMessage => ({
		type: 'pong',
		payload: { client_ts_ms: null, server_time: new Date(Date.now()).toISOString() },
	});
	/** Time passes; the connection is alive. */
	const pass = async (seconds: number) => {
		for (let second = 0; second < seconds; second++) {
			await passMs(1_000);
			serve(pong());
		}
	};
	const path = () =>
		sockets.last
			.payloads('location_update')
			.map(({ lat, lon }) => ({ lat: Number(lat), lon: Number(lon) }));
	return { person, sockets, lines, ends, serve, connect, anaAt, pass, path };
}

test('the token is not in the address', () => {
	expect(ben().sockets.last.url).not.toContain('ben-token');
});

test('walks from a place to a place, every two seconds, and stands there to the metre', async () => {
	const to = pointAt(HERE, 0, 14);
	const { connect, pass, path, lines } = ben({ from: HERE, to });
	connect();
	expect(path()).toHaveLength(1);
	await pass(10);
	const steps = path();
	expect(distanceM(steps[0] ?? to, HERE)).toBeLessThan(0.1);
	expect(distanceM(steps[1] ?? to, HERE)).toBeCloseTo((1.4 * STEP_MS) / 1_000, 1);
	expect(distanceM(steps.at(-1) ?? HERE, to)).toBeLessThan(0.1);
	expect(steps).toHaveLength(6);
	expect(lines).toContain('Arrived. Standing here until Ctrl-C.');

	// Still a word now and then, so that the place does not grow old for the other.
	await pass(30);
	expect(path().length - steps.length).toBeLessThanOrEqual(3);
	expect(path().length - steps.length).toBeGreaterThanOrEqual(1);
});

test('without a place: 600 m in the harbour while nobody is known', () => {
	const { connect, path } = ben();
	connect();
	expect(distanceM(path()[0] ?? HARBOUR, HARBOUR)).toBeCloseTo(600, 0);
});

test('without a place: 600 m to the other, whose distance is told as it comes', async () => {
	const { connect, pass, path, lines, anaAt } = ben({ speedMps: 10 });
	const { lat, lon } = HERE;
	connect({ locations: { [ANA]: sharedFixAt(lat, lon) } });
	expect(distanceM(path()[0] ?? HERE, HERE)).toBeCloseTo(600, 0);
	expect(lines.at(-1)).toMatch(/^600 m to Ana/);
	await pass(80);
	expect(distanceM(path().at(-1) ?? HARBOUR, HERE)).toBeLessThan(6);
	anaAt(pointAt(HERE, 0, 3_000));
	expect(lines.at(-1)).toMatch(/^(2|3)\d{3} m to Ana/);
});

test('shares again where an earlier page had paused', () => {
	const { connect, sockets } = ben();
	connect({ participants: [participant(ANA), participant(BEN, { sharing: 'hidden' })] });
	expect(sockets.last.payloads('sharing_update')).toEqual([{ state: 'live' }]);
});

test('the end of the meeting is the end of the command', async () => {
	const { connect, serve, ends, sockets, pass } = ben();
	connect();
	serve({
		type: 'session_ended',
		payload: { reason: 'MANUAL_CONFIRM', ended_at: new Date(Date.now()).toISOString() },
	});
	sockets.last.drop(CLOSE.ended.code);
	await pass(5);
	expect(ends).toEqual([['The meeting is over (MANUAL_CONFIRM).', 0]]);
});

test.each([
	[CLOSE.replaced.code, 'The same person is connected from elsewhere: he can walk only once.', 1],
	[CLOSE.removed.code, 'The server closed this person’s seat.', 1],
	[CLOSE.ended.code, 'The server closed this person’s seat.', 0],
])('close code %i ends it with a sentence', (code, words, exitCode) => {
	const { connect, sockets, ends } = ben();
	connect();
	sockets.last.drop(code);
	expect(ends).toEqual([[words, exitCode]]);
});

test('a connection that breaks comes back, and the walk with it', async () => {
	const { connect, sockets, lines, path } = ben();
	connect();
	sockets.last.drop();
	expect(lines.at(-1)).toContain('Trying again');
	await passMs(5_000);
	expect(sockets.all.length).toBeGreaterThan(1);
	connect();
	expect(path()).toHaveLength(1);
});

test('what the server refuses is said', () => {
	const { connect, serve, lines } = ben();
	connect();
	serve({ type: 'error', payload: { code: 'INVALID_LOCATION', message: 'too far' } });
	expect(lines).toContain('The server refused: INVALID_LOCATION, too far.');
});
