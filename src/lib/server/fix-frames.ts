import { instant, serverFrame, type SharedFix } from '$lib/protocol';
import type { FixFrame } from '$lib/protocol/fix-frame';
import { sealed, textFrame } from '$lib/protocol/text-frame';

/*
 * `peer_location` as it goes over the wire: a whole WebSocket frame, header and text, the same bytes for
 * everybody who gets it. The hot path writes it by splicing what its sender sent.
 */

/** With its person's id, its fields and its time no fix is shorter than what takes a longer header. */
const HEAD = 4;

/** Many fixes come in one millisecond: what is written of it is kept for as long as it lasts. */
let atMs = NaN;
let serverTime = '';
let tail = Buffer.alloc(0);

/** The wire's words for a time of the server. */
export function serverTimeAt(nowMs: number): string {
	if (nowMs !== atMs) {
		atMs = nowMs;
		serverTime = instant(nowMs);
		tail = Buffer.from(`,"server_time":"${serverTime}"}}`, 'latin1');
	}
	return serverTime;
}

/** The fix of a person, from its fields. */
export function fixFrame(personId: string, fix: SharedFix): Buffer {
	const payload = { user_id: personId, ...fix };
	return textFrame(serverFrame({ type: 'peer_location', payload }));
}

/** What a fix's frame begins with, for `splicedFixFrame`. */
export function fixFrameHead(personId: string): Buffer {
	const text = `{"type":"peer_location","payload":{"user_id":${JSON.stringify(personId)},`;
	return Buffer.from(' '.repeat(HEAD) + text, 'latin1');
}

/**
 * The same as `fixFrame`, from the bytes that its sender sent. The server's time stands at the end, as there:
 * the fields may be in another order, which means nothing in JSON.
 */
export function splicedFixFrame(
	head: Buffer,
	sent: Buffer,
	{ membersStart, membersEnd }: FixFrame,
	receivedAtMs: number,
): Buffer {
	serverTimeAt(receivedAtMs); // and with it the tail
	const tailAt = head.length + membersEnd - membersStart;
	const frame = Buffer.allocUnsafe(tailAt + tail.length);
	frame.set(head);
	sent.copy(frame, head.length, membersStart, membersEnd);
	frame.set(tail, tailAt);
	return sealed(frame, HEAD);
}
