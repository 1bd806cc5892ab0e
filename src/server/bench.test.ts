import { readFileSync } from 'node:fs';
import { WebSocketServer } from 'ws';
import { afterEach, describe, expect, test } from 'vitest';
import { distanceM, Track } from '$lib/geo';
import { fixFromWire, readClientFrame, serverFrame, type WireFix } from '$lib/protocol';
import { compared, median } from '../../bench/compare.mjs';
import { CLOSE, FrameReader, PING, TEXT } from '../../bench/load/frame-reader.mjs';
import { Clock, UpdateFrame } from '../../bench/load/update-frame.mjs';
import { seatsAtFloor } from '../../bench/meetings.mjs';
import { startFloor, startLoad } from '../../bench/processes.mjs';
import { isMet, printed } from '../../bench/report.mjs';

/* That the bench measures what it says. How fast anything is, is not asked here. */
const started: { stop(): Promise<void> }[] = [];
afterEach(async () => {
	// The last first: a server waits for its sockets to go.
	for (let each = started.pop(); each; each = started.pop()) await each.stop();
});

function running<T extends { stop(): Promise<void> }>(service: T): T {
	started.push(service);
	return service;
}

describe('the load generator', () => {
	test('drives the floor, and every update arrives', { timeout: 60_000 }, async () => {
		const floor = running(await startFloor(null));
		const load = running(await startLoad(null));
		await load.open(seatsAtFloor(60, floor));
		const how = { warmUpS: 0.2, seconds: 1, pids: [floor.pid] };

		const saturated = await load.saturate({ ...how, inFlight: 8 });
		const paced = await load.pace({ ...how, perS: 500 });
		for (const driven of [saturated, paced]) {
			expect(driven.sent).toBeGreaterThan(100);
			expect(driven).toMatchObject({ lost: 0, conflated: 0, delivered: driven.sent });
			// A client's frames have a mask. (Not quite: those under way at an end of the window differ.)
			expect(driven.bytesSent - driven.bytesDelivered).toBeCloseTo(4, 0);
			expect(driven.cpuUs).toBeGreaterThan(0);
			expect(driven.p50Ms).toBeGreaterThan(0);
			expect(driven.p99Ms).toBeGreaterThanOrEqual(driven.p50Ms);
		}
		expect(paced.perS).toBeLessThan(510);
		// Ten a second is what anybody may send (rule P14).
		expect(saturated.perS).toBeLessThan(60 * 2 * 12);
		await expect(load.pace({ ...how, perS: 5_000 })).rejects.toThrow('may not send 5000');
	});

	test('whatever is refused ends the run with its code', async () => {
		const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
		const payload = { code: 'INVALID_LOCATION', message: 'no', ref: 'location_update' };
		server.on('connection', (socket) => {
			socket.on('message', () => socket.send(serverFrame({ type: 'error', payload })));
		});
		running({ stop: () => new Promise((resolve) => server.close(() => resolve())) });
		const load = running(await startLoad(null));
		await load.open(seatsAtFloor(1, { port: portOf(server) }));
		const how = { warmUpS: 0, seconds: 30, pids: [], inFlight: 1 };
		await expect(load.saturate(how)).rejects.toThrow('location_update with INVALID_LOCATION');
	});

	test('so does a door that stays shut', async () => {
		const server = new WebSocketServer({ host: '127.0.0.1', port: 0, verifyClient: () => false });
		running({ stop: () => new Promise((resolve) => server.close(() => resolve())) });
		const load = running(await startLoad(null));
		const seats = seatsAtFloor(1, { port: portOf(server) });
		await expect(load.open(seats)).rejects.toThrow('refused: HTTP/1.1 401');
	});
});

describe('an update', () => {
	const NOON_MS = Date.parse('2026-11-24T12:00:00Z');
	const walk = { lat: 40.3, lon: 10.7, headingDeg: 111 };

	function fixAt(frame: UpdateFrame, ms: number): WireFix {
		const clock = new Clock();
		clock.set(NOON_MS + ms);
		frame.write(clock);
		const read = readClientFrame(
			JSON.stringify({ type: 'location_update', payload: frame.payload() }),
		);
		if (read.kind !== 'message' || read.message.type !== 'location_update')
			throw new Error('it is no location_update');
		return read.message.payload;
	}

	test('is what a client sends: masked, and right by the schema', () => {
		const frame = new UpdateFrame(walk);
		expect(fixAt(frame, 250)).toEqual({
			lat: 40.3,
			lon: 10.7,
			accuracy_m: 8,
			timestamp: '2026-11-24T12:00:00.250Z',
			heading_deg: 111,
			speed_mps: 1.4,
			client_ts_ms: NOON_MS + 250,
		});
		const [first = 0, second = 0] = frame.bytes;
		expect([first, second & 0x80]).toEqual([0x81, 0x80]);
		// ws leaves what is masked by zeros as it is: that would be cheaper than a client's frame.
		expect(frame.bytes.readUInt32BE(4)).not.toBe(0);
	});

	test('is a walker’s: 1.4 m further each second, and accepted', () => {
		const frame = new UpdateFrame(walk);
		const fixes = [0, 100, 1_100, 61_100].map((ms) => fixFromWire(fixAt(frame, ms)));
		const [from, , , to] = fixes;
		if (!from || !to) throw new Error('there are four');
		expect(distanceM(from, to)).toBeCloseTo(61.1 * 1.4, 0);
		const track = new Track();
		for (const fix of fixes) expect(track.judge(fix, NOON_MS)).toBeNull();
	});
});

describe('what arrives', () => {
	const long = 'x'.repeat(300);
	const bytes = Buffer.concat([
		Buffer.from([0x81, 2]),
		Buffer.from('{}'),
		Buffer.from([0x89, 0]),
		Buffer.from([0x81, 126, 1, 44]),
		Buffer.from(long),
		Buffer.from([0x88, 2, 0x11, 0x3a]),
	]);

	test.each([1, 2, 3, 5, 100, bytes.length])('is cut into frames, %i bytes at a time', (size) => {
		const frames: [number, string][] = [];
		const reader = new FrameReader((opcode, from, start, end) => {
			frames.push([opcode, from.toString('latin1', start, end)]);
		});
		for (let at = 0; at < bytes.length; at += size) reader.read(bytes.subarray(at, at + size));
		expect(frames).toEqual([
			[TEXT, '{}'],
			[PING, ''],
			[TEXT, long],
			[CLOSE, '\x11:'],
		]);
	});

	test('no server may mask, compress or cut into parts', () => {
		for (const first of [0x01, 0xc1]) {
			const reader = new FrameReader(() => {});
			expect(() => reader.read(Buffer.from([first, 0]))).toThrow('a frame begins with');
		}
		const reader = new FrameReader(() => {});
		expect(() => reader.read(Buffer.from([0x81, 0x80]))).toThrow('a frame begins with');
	});
});

describe('the table', () => {
	test('a median, of even and of odd', () => {
		expect([median([3, 1, 2]), median([4, 1, 3, 2]), median([7])]).toEqual([2, 2.5, 7]);
	});

	test('rounds are compared with their neighbours', () => {
		const rounds = (values: number[]) => values.map((cpuUs) => ({ ...NOTHING, cpuUs }));
		const both = { reference: rounds([10, 20, 30]), measured: rounds([11, 22, 60]) };
		expect(compared(both, 'cpuUs')).toEqual({ reference: 20, measured: 22, ratio: 1.1 });
	});

	test('every goal of a row must be met', () => {
		const row = { figure: 'p99', measured: 2, ratio: 1.6, most: 3 };
		expect(isMet(row)).toBe(true);
		expect(isMet({ ...row, mostRatio: 1.5 })).toBe(false);
		expect(isMet({ ...row, most: 1 })).toBe(false);
		expect(isMet({ figure: 'delivered', measured: 99.9, least: 100 })).toBe(false);
		expect(isMet({ figure: 'bytes', measured: 9 })).toBe(null);
	});

	test('names the goal beside each figure, and whether it is met', () => {
		const rows = [
			{ figure: 'CPU', reference: 20, measured: 30, ratio: 1.5, unit: 'µs', mostRatio: 1.15 },
		];
		const text = printed({ title: 'One', sides: ['floor', 'MeetUp'], rows, notes: [], raw: null });
		expect(text).toMatch(/CPU +20\.0 µs +30\.0 µs +1\.50 × +≤ 1\.15 × +NOT MET/);
	});

	test('the floor is a floor', () => {
		const lines = readFileSync('bench/floor.mjs', 'utf8').trim().split('\n');
		expect(lines.length).toBeLessThanOrEqual(60);
	});
});

const NOTHING = {
	...{ perS: 0, cpuUs: 0, busy: 0, bytesSent: 0, bytesDelivered: 0, waits: 0 },
	...{ p50Ms: 0, p95Ms: 0, p99Ms: 0, maxMs: 0 },
	...{ sent: 0, delivered: 0, conflated: 0, lost: 0, compared: 0 },
};

function portOf(server: WebSocketServer): number {
	const address = server.address();
	return typeof address === 'object' && address ? address.port : 0;
}
