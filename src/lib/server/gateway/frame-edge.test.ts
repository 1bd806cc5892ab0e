import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameEdge } from './frame-edge';
import { anyFrame, clientFrame, cutUp, type AnyFrame } from './testing-stream';

/** After how many bytes a message has ended and none has begun. */
function edgesOf(frames: readonly AnyFrame[]): Set<number> {
	const edges = new Set([0]);
	let at = 0;
	let isInMessage = false;
	for (const frame of frames) {
		at += clientFrame(frame).length;
		if (frame.opcode < 8) isInMessage = !frame.isFinal;
		if (!isInMessage) edges.add(at);
	}
	return edges;
}

test('P10 knows where a message can begin, however the stream is cut', () => {
	fc.assert(
		fc.property(
			fc.array(anyFrame, { maxLength: 12 }),
			fc.infiniteStream(fc.nat(300)),
			(frames, cuts) => {
				const edges = edgesOf(frames);
				const edge = new FrameEdge();
				let at = 0;
				expect(edge.isHere).toBe(true);
				for (const chunk of cutUp(Buffer.concat(frames.map(clientFrame)), cuts)) {
					edge.pass(chunk);
					at += chunk.length;
					expect(edge.isHere).toBe(edges.has(at));
				}
			},
		),
	);
});

test('a length of eight bytes is read, and so is a frame that nobody masked', () => {
	const edge = new FrameEdge();
	edge.pass(clientFrame({ opcode: 2, isFinal: true, payload: Buffer.alloc(70_000, 7) }));
	expect(edge.isHere).toBe(true);
	edge.pass(Buffer.from([0x81, 2, 0x7b]));
	expect(edge.isHere).toBe(false);
	edge.pass(Buffer.from([0x7d]));
	expect(edge.isHere).toBe(true);
});
