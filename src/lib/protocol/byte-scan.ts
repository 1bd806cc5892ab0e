/** What stands behind the last byte: matches nothing that a frame may hold. */
export const END = 0;
export const ZERO = 0x30;
const SPACE = 0x20;
const COLON = 0x3a;

/**
 * Where the last reading of a value stopped. One for the process, since a frame is read in one go: a
 * place that is handed on by hand stays in a register, an object per frame costs a third of the reading.
 */
export const mark = { at: 0 };

export function skipSpace(bytes: Buffer, from: number): number {
	let at = from;
	while (isSpace(bytes[at] ?? END)) at++;
	return at;
}

/** The place after a colon with whatever space is around it; -1 where there is none. */
export function skipColon(bytes: Buffer, from: number): number {
	const at = skipSpace(bytes, from);
	return bytes[at] === COLON ? skipSpace(bytes, at + 1) : -1;
}

export function isWordAt(bytes: Buffer, at: number, word: Uint8Array): boolean {
	for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word[i]) return false;
	return true;
}

/** The bytes of an ASCII word, for `isWordAt`. */
export function wordBytes(word: string): Uint8Array {
	return Uint8Array.from(word, (letter) => letter.charCodeAt(0));
}

/** What JSON allows between two tokens. */
export function isSpace(byte: number): boolean {
	return byte <= SPACE && (byte === SPACE || byte === 0x0a || byte === 0x0d || byte === 0x09);
}
