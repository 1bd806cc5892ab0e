// Cuts what a server sends into frames. Only headers are read; what a frame says is for others.

export const TEXT = 0x1;
export const CLOSE = 0x8;
export const PING = 0x9;

/**
 * Called for each frame: what it says is in `bytes` from `start` to `end`, until the call is over.
 * @typedef {(opcode: number, bytes: Buffer, start: number, end: number) => void} OnFrame
 */

export class FrameReader {
	#onFrame;
	/** @type {Buffer | null} the beginning of a frame whose end did not come yet */
	#begun = null;

	/** @param {OnFrame} onFrame */
	constructor(onFrame) {
		this.#onFrame = onFrame;
	}

	/** @param {Buffer} bytes may be used for other things after the call */
	read(bytes) {
		const all = this.#begun ? Buffer.concat([this.#begun, bytes]) : bytes;
		const done = this.#cut(all);
		this.#begun = done === all.length ? null : Buffer.from(all.subarray(done));
	}

	/**
	 * @param {Buffer} bytes
	 * @returns {number} where the first frame begins that is not whole
	 */
	#cut(bytes) {
		let at = 0;
		while (at + 2 <= bytes.length) {
			const first = bytes[at] ?? 0;
			const short = bytes[at + 1] ?? 0;
			// No server of ours sends frames in parts, masked or compressed, or longer than 64 KiB.
			if ((first & 0xf0) !== 0x80 || short > 126)
				throw new Error(`a frame begins with ${bytes.toString('hex', at, at + 2)}`);
			const start = at + (short === 126 ? 4 : 2);
			if (start > bytes.length) break;
			const end = start + (short === 126 ? bytes.readUInt16BE(at + 2) : short);
			if (end > bytes.length) break;
			this.#onFrame(first & 0x0f, bytes, start, end);
			at = end;
		}
		return at;
	}
}
