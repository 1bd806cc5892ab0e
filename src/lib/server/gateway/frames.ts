import {
	readClientFrame,
	WIRE_LIMITS,
	type ClientMessage,
	type ReadFrame,
	type Refusal,
	type ServerPayload,
} from '$lib/protocol';
import type { Allowance } from './rate';

export type FrameError = ServerPayload<'error'> & { readonly code: Refusal };

export type JudgedFrame =
	| { readonly kind: 'message'; readonly message: ClientMessage }
	| { readonly kind: 'refused'; readonly error: FrameError }
	/** One mistake too many: the socket closes. */
	| { readonly kind: 'abuse' }
	| { readonly kind: 'ignored' };

const ABUSE: JudgedFrame = { kind: 'abuse' };
const IGNORED: JudgedFrame = { kind: 'ignored' };

/** Size, rate and schema of one frame, in this order (rules P10–P15). */
export function judgeFrame(
	data: unknown,
	isBinary: boolean,
	allowance: Allowance,
	nowMs: number,
): JudgedFrame {
	if (isBinary || !Buffer.isBuffer(data))
		return unreadable(null, 'the frame is not text', allowance, nowMs);
	if (data.length > WIRE_LIMITS.frameMaxBytes) {
		const sentence = `the frame is longer than ${WIRE_LIMITS.frameMaxBytes} bytes`;
		return unreadable(null, sentence, allowance, nowMs);
	}
	const read = readClientFrame(data.toString('utf8'));
	const type = typeOf(read);
	if (type !== null) {
		const { fixes, rest } = allowance;
		const waitMs = (type === 'location_update' ? fixes : rest).take(nowMs);
		if (waitMs > 0) return overRate(type, waitMs, allowance, nowMs);
	}
	if (read.kind === 'invalid') return unreadable(read.ref, read.message, allowance, nowMs);
	return read.kind === 'message' ? read : IGNORED;
}

/** The same for a fix that was read from its bytes, of which only the rate is left to judge; null: it is fine. */
export function judgeFixRate(allowance: Allowance, nowMs: number): JudgedFrame | null {
	const waitMs = allowance.fixes.take(nowMs);
	return waitMs > 0 ? overRate('location_update', waitMs, allowance, nowMs) : null;
}

function overRate(
	type: string,
	waitMs: number,
	{ overRate: strikes }: Allowance,
	nowMs: number,
): JudgedFrame {
	if (strikes.isOut(nowMs)) return ABUSE;
	const error = {
		code: 'RATE_LIMIT_EXCEEDED' as const,
		message: `at most ${WIRE_LIMITS.updatesPerS} a second`,
		retry_after_ms: waitMs,
		ref: type.slice(0, 64), // a stranger's words, when the type is not one of ours
	};
	return { kind: 'refused', error };
}

function unreadable(
	ref: string | null,
	message: string,
	{ badFrames: strikes }: Allowance,
	nowMs: number,
): JudgedFrame {
	if (strikes.isOut(nowMs)) return ABUSE;
	return { kind: 'refused', error: { code: 'INVALID_PAYLOAD', message, ref } };
}

function typeOf(read: ReadFrame): string | null {
	if (read.kind === 'message') return read.message.type;
	return read.kind === 'unknown' ? read.type : read.ref;
}
