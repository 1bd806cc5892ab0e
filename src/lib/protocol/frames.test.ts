import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	afterClose,
	CLIENT_PAYLOADS,
	clientFrame,
	CLOSE,
	problemOf,
	Problem,
	readClientFrame,
	readServerFrame,
	REFUSALS,
	serverFrame,
} from './index';

const FIX = { lat: 52.5, lon: 13.4, accuracy_m: 8, timestamp: '2026-11-24T08:00:00.000Z' };
const ID = '5a0c2c3e-52f4-4b5e-8f0e-2f6f5d1c7a02';

const frame = (type: string, payload?: unknown) => JSON.stringify({ type, payload });

describe('what a client says', () => {
	test.each<[string, unknown]>([
		['location_update', FIX],
		['location_update', { ...FIX, heading_deg: 360, speed_mps: 0, client_ts_ms: 1, manual: true }],
		['location_update', { ...FIX, heading_deg: null, speed_mps: null, manual: null }],
		['location_update', { ...FIX, timestamp: '2026-11-24T08:00:00Z' }],
		['sharing_update', { state: 'weak_signal' }],
		['im_here', undefined],
		['im_here', { manual: true }],
		['im_here_cancel', {}],
		['destination_update', { destination: null }],
		['destination_update', { destination: { name: 'Café', lat: -90, lon: 180 } }],
		['route_mode_update', { mode: 'driving-car' }],
		['end_session', {}],
		['end_session', { reason: 'x'.repeat(64) }],
		['ping', { client_ts_ms: null }],
	])('P10 %s %j is read', (type, payload) => {
		expect(readClientFrame(frame(type, payload))).toEqual({
			kind: 'message',
			message: { type, payload: payload ?? {} },
		});
	});

	test.each<[string, unknown]>([
		['location_update', {}],
		['location_update', null],
		['location_update', []],
		['location_update', { ...FIX, lat: '52.5' }],
		['location_update', { ...FIX, lat: null }],
		['location_update', { ...FIX, timestamp: '2026-11-24 08:00' }],
		['location_update', { ...FIX, timestamp: '2026-11-24T08:00:00+01:00' }],
		['location_update', { ...FIX, timestamp: 1795507200000 }],
		['location_update', { ...FIX, heading_deg: 361 }],
		['location_update', { ...FIX, speed_mps: -1 }],
		['location_update', { ...FIX, manual: 'yes' }],
		['sharing_update', { state: 'LIVE' }],
		['destination_update', {}],
		['destination_update', { destination: { name: '  ', lat: 0, lon: 0 } }],
		['destination_update', { destination: { name: 'x', lat: 91, lon: 0 } }],
		['route_mode_update', { mode: 'teleport' }],
		['end_session', { reason: 'x'.repeat(65) }],
		['ping', { client_ts_ms: 'now' }],
	])('P10 %s %j is refused, naming its type', (type, payload) => {
		expect(readClientFrame(frame(type, payload))).toMatchObject({ kind: 'invalid', ref: type });
	});

	test.each(['', '{', 'null', '1', '"x"', '[]', '{}', '{"type":1}', '{"type":null}'])(
		'P10 %j is no frame',
		(text) => {
			expect(readClientFrame(text)).toMatchObject({ kind: 'invalid', ref: null });
		},
	);

	test('P10 the sentence of a refusal names a field and never a value', () => {
		const read = readClientFrame(frame('location_update', { ...FIX, lat: '52.123456' }));
		expect(read).toMatchObject({ message: 'payload.lat is missing or wrong' });
	});

	test.each(['teleport', 'constructor', '__proto__', 'toString', ''])(
		'P11 the type %j is unknown, not invalid',
		(type) => {
			expect(readClientFrame(frame(type, {}))).toEqual({ kind: 'unknown', type });
		},
	);

	test('P11 unknown fields are left out', () => {
		const text = frame('location_update', { ...FIX, mood: 'fine' });
		expect(readClientFrame(text)).toEqual({
			kind: 'message',
			message: { type: 'location_update', payload: FIX },
		});
	});

	test('P10 no text makes it throw', () => {
		const types = fc.constantFrom(...Object.keys(CLIENT_PAYLOADS), 'x');
		const objects = fc
			.record({ type: types, payload: fc.jsonValue() })
			.map((o) => JSON.stringify(o));
		fc.assert(
			fc.property(fc.oneof(fc.string(), fc.json(), objects), (text) => {
				expect(['message', 'unknown', 'invalid']).toContain(readClientFrame(text).kind);
			}),
			{ numRuns: 500 },
		);
	});

	test('what a client writes is what the server reads', () => {
		expect(readClientFrame(clientFrame('location_update', FIX))).toEqual({
			kind: 'message',
			message: { type: 'location_update', payload: FIX },
		});
	});
});

describe('what the server says', () => {
	test('is what a client reads', () => {
		const message = {
			type: 'peer_location' as const,
			payload: { user_id: ID, ...FIX, server_time: FIX.timestamp },
		};
		expect(readServerFrame(serverFrame(message))).toEqual(message);
	});

	test.each([
		'',
		'[]',
		'{"type":"teleport","payload":{}}',
		'{"type":"toString","payload":{}}',
		'{"type":"peer_sharing","payload":{"user_id":"ana","state":"live"}}',
		'{"type":"peer_sharing"}',
	])('P11 %j is passed over', (text) => {
		expect(readServerFrame(text)).toBeNull();
	});

	test('P11 no text makes a client throw', () => {
		fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void readServerFrame(text)));
	});
});

test('P7 P50 P62 after a goodbye a client stops, waits or returns', () => {
	const after = Object.entries(CLOSE).map(([name, { code }]) => [name, afterClose(code)]);
	expect(Object.fromEntries(after)).toEqual({
		goingAway: 'retry',
		tooManyPieces: 'retry',
		tooBig: 'retry',
		bug: 'retry',
		restart: 'retry',
		overloaded: 'retry',
		abuse: 'retry',
		loginRevoked: 'stop',
		removed: 'stop',
		dead: 'retry',
		replaced: 'wait_for_tap',
		ended: 'stop',
	});
	expect(afterClose(1006)).toBe('retry');
});

test.each(REFUSALS)('P2 %s has its problem details', (code) => {
	const problem = Problem.parse(problemOf(code));
	expect(problem.code).toBe(code);
	expect(problem.status).toBeGreaterThanOrEqual(400);
});
