import type { Duplex } from 'node:stream';
import { FrameEdge } from './frame-edge';

/** A whole text message in one frame, without extensions. */
const FIN_TEXT = 0x81;
const MASKED = 0x80;
/** Instead of a length: it follows in two bytes. */
const LONGER = 126;
const MASK_BYTES = 4;

/** Longer messages are none of those that need to be fast. */
export const SHORTCUT_MAX_BYTES = 512;
/** The message unmasked, and a zero behind it, for one call: what was sent stays as it is for ws. */
const text = Buffer.alloc(SHORTCUT_MAX_BYTES + 1);

/** Whether it dealt with the message: its bytes up to `length`, which are overwritten by the next one. */
export type TakesMessage = (bytes: Buffer, length: number) => boolean;

/**
 * The hot path past the parser of ws: a plain message in one frame is offered here first, and ws never hears
 * of one that was taken. All the rest it reads as if this were not here, in the same order.
 */
export function openShortcut(stream: Duplex, takes: TakesMessage): void {
	const [toWs, ...others] = stream.listeners('data');
	// A stream that somebody else reads, too, is read in the usual way.
	if (toWs === undefined || others.length > 0) return;
	const edge = new FrameEdge();

	function hear(chunk: Buffer): void {
		let at = 0;
		while (at < chunk.length && edge.isHere) {
			const end = plainEnd(chunk, at);
			if (end < 0 || !takes(text, unmask(chunk, at, end))) break;
			at = end;
		}
		if (at === chunk.length) return;
		const rest = at === 0 ? chunk : chunk.subarray(at);
		edge.pass(rest);
		Reflect.apply(toWs as (chunk: Buffer) => void, stream, [rest]);
	}
	// By this ws finds what to take off once it has read enough, as Node does with what listens once.
	hear.listener = toWs;
	stream.off('data', toWs as () => void);
	stream.on('data', hear);
}

/** Where the frame ends that begins there; -1 where it is no plain one, too long or not whole. */
function plainEnd(chunk: Buffer, at: number): number {
	const second = chunk[at + 1] ?? 0;
	if (chunk[at] !== FIN_TEXT || second < MASKED) return -1;
	const short = second - MASKED;
	if (short > LONGER) return -1;
	const isLonger = short === LONGER;
	const length = isLonger ? ((chunk[at + 2] ?? 0) << 8) | (chunk[at + 3] ?? 0) : short;
	const end = at + (isLonger ? 4 : 2) + MASK_BYTES + length;
	return length <= SHORTCUT_MAX_BYTES && end <= chunk.length ? end : -1;
}

/** Writes the message of a plain frame into `text`; answers its length. */
function unmask(chunk: Buffer, at: number, end: number): number {
	const maskAt = at + (chunk[at + 1] === (MASKED | LONGER) ? 4 : 2);
	const start = maskAt + MASK_BYTES;
	const length = end - start;
	for (let i = 0; i < length; i++)
		text[i] = (chunk[start + i] ?? 0) ^ (chunk[maskAt + (i & 3)] ?? 0);
	text[length] = 0;
	return length;
}
