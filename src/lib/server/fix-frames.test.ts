import { expect, test } from 'vitest';
import { readServerFrame } from '$lib/protocol';
import { readFixFrame } from '$lib/protocol/fix-frame';
import { textOf } from '$lib/protocol/text-frame';
import { fixFrame, fixFrameHead, serverTimeAt, splicedFixFrame } from './fix-frames';

const ANA = 'a0000000-0000-4000-8000-00000000000a';
const T0 = Date.parse('2026-11-24T08:00:00.080Z');
const BARE = { lat: 52.5, lon: 13.4, accuracy_m: 8, timestamp: '2026-11-24T08:00:00Z' };

test.each([
	['with what must be there', BARE],
	['with everything', { ...BARE, heading_deg: 90, speed_mps: 1.4, client_ts_ms: 5, manual: true }],
	['with nulls', { ...BARE, heading_deg: null, manual: null }],
])(
	'P20 a fix %s says the same, spliced from its bytes or written from its fields',
	(_, payload) => {
		const sent = Buffer.from(JSON.stringify({ type: 'location_update', payload }, null, 1));
		const fix = readFixFrame(sent);
		if (!fix) throw new Error('it is a plain one');
		for (const atMs of [T0, T0 + 1]) {
			const spliced = splicedFixFrame(fixFrameHead(ANA), sent, fix, atMs);
			const written = fixFrame(ANA, { ...payload, server_time: serverTimeAt(atMs) });
			const [one, other] = [spliced, written].map((frame) => readServerFrame(textOf(frame)));
			expect(one).toEqual(other);
			expect(spliced.readUInt16BE(2)).toBe(spliced.length - 4);
		}
	},
);
