/*
 * A text message as it goes over the wire to a client: one WebSocket frame, header and text, not masked
 * (RFC 6455, section 5.2). Servers only; the texts are ASCII, of less than 64 KiB.
 */

const FIN_TEXT = 0x81;
/** Instead of a length: it follows in two bytes. */
const LONGER = 126;

export function textFrame(text: string): Buffer {
	const head = headLength(text.length);
	const frame = Buffer.allocUnsafe(head + text.length);
	frame.write(text, head, 'latin1');
	return sealed(frame, head);
}

/** Where the text of a frame with so long a text begins. */
export function headLength(textLength: number): number {
	return textLength < LONGER ? 2 : 4;
}

/** Writes the header of a frame whose text stands behind `head` already. */
export function sealed(frame: Buffer, head: number): Buffer {
	const length = frame.length - head;
	frame[0] = FIN_TEXT;
	if (head === 2) frame[1] = length;
	else {
		frame[1] = LONGER;
		frame[2] = length >>> 8;
		frame[3] = length & 0xff;
	}
	return frame;
}

/** The text of such a frame. */
export function textOf(frame: Buffer): string {
	return frame.toString('latin1', frame[1] === LONGER ? 4 : 2);
}
