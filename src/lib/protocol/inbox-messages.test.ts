import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inboxFrame, readInboxFrame, type InboxMessage } from './index';

const AT = '2026-11-24T08:00:00.000Z';
const ID = '5a0c2c3e-52f4-4b5e-8f0e-2f6f5d1c7a02';
const ENDED: InboxMessage = {
	type: 'session_ended',
	payload: { session_id: ID, reason: 'USER_ACTION', ended_at: AT },
};

test('I4 what the server writes is what a client reads', () => {
	expect(readInboxFrame(inboxFrame(ENDED))).toEqual(ENDED);
});

test('I4 unknown fields are left out', () => {
	const frame = { ...ENDED, id: 7, payload: { ...ENDED.payload, mood: 'fine' } };
	expect(readInboxFrame(JSON.stringify(frame))).toEqual(ENDED);
});

test.each([
	'',
	'[]',
	'null',
	'{"type":"teleport","payload":{}}',
	'{"type":"toString","payload":{}}',
	'{"type":"session_ended"}',
	'{"type":"session_ended","payload":{"session_id":"x","reason":"","ended_at":""}}',
])('I4 %j is passed over', (text) => {
	expect(readInboxFrame(text)).toBeNull();
});

test('I4 no text makes a client throw', () => {
	fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void readInboxFrame(text)));
});
