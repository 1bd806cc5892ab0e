const FIN = 0x80;
const OPCODE = 0x0f;
const FIRST_CONTROL = 0x8;
const MASKED = 0x80;
const LENGTH = 0x7f;
/** Mostly: one for all, since there are many streams. */
const NONE: number[] = [];

/**
 * Where in a client's stream one message has ended and the next has not begun (RFC 6455, section 5.2): only
 * there a frame can be taken out of it. It must be told of all other bytes. What breaks the protocol is
 * not judged here: whoever reads those bytes ends the connection.
 */
export class FrameEdge {
	/** What has come of a header. */
	#header: number[] = NONE;
	/** Bytes of a payload that are still to come. */
	#left = 0;
	/** Whether a message goes on in another frame. */
	#isInMessage = false;

	get isHere(): boolean {
		return this.#left === 0 && this.#header.length === 0 && !this.#isInMessage;
	}

	pass(bytes: Uint8Array): void {
		for (let at = 0; at < bytes.length;) {
			const skipped = Math.min(this.#left, bytes.length - at);
			this.#left -= skipped;
			at += skipped;
			const next = bytes[at];
			if (next === undefined) return;
			this.#header = [...this.#header, next];
			at++;
			this.#begin();
		}
	}

	/** A frame, once its header is whole. */
	#begin(): void {
		const [first, second] = this.#header;
		if (first === undefined || second === undefined) return;
		const short = second & LENGTH;
		const lengthBytes = short === 127 ? 8 : short === 126 ? 2 : 0;
		const maskBytes = (second & MASKED) === 0 ? 0 : 4;
		if (this.#header.length < 2 + lengthBytes + maskBytes) return;
		const long = this.#header.slice(2, 2 + lengthBytes);
		this.#left = lengthBytes === 0 ? short : long.reduce((sum, byte) => sum * 256 + byte, 0);
		this.#header = NONE;
		// Pings and the like may come between the frames of one message.
		if ((first & OPCODE) < FIRST_CONTROL) this.#isInMessage = (first & FIN) === 0;
	}
}
