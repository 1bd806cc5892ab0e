import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { TestInstance } from './testing';

/** Clients that do what no WebSocket library does: byte by byte, on a bare TCP socket. */

export const OPCODE = { continuation: 0, text: 1, close: 8, ping: 9, pong: 10 } as const;

/** A connection that has asked for its upgrade. Errors of a cut line are no news: `close` follows. */
export function dialRaw(
	{ host }: Pick<TestInstance, 'host'>,
	path: string,
	headers: readonly string[] = [],
): Socket {
	const [address = '', port] = host.split(':');
	const socket = connect(Number(port), address);
	socket.on('error', () => undefined);
	socket.write(handshake(host, path, headers));
	return socket;
}

/** One that was let in; what came with the answer is thrown away. */
export async function enterRaw(instance: TestInstance, path: string): Promise<Socket> {
	const socket = dialRaw(instance, path);
	const [answer] = (await once(socket, 'data')) as [Buffer];
	if (!answer.toString('latin1').startsWith('HTTP/1.1 101 ')) throw new Error(answer.toString());
	return socket;
}

export function handshake(host: string, path: string, headers: readonly string[] = []): string {
	return [
		`GET ${path} HTTP/1.1`,
		`Host: ${host}`,
		'Connection: Upgrade',
		'Upgrade: websocket',
		'Sec-WebSocket-Version: 13',
		'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
		...headers,
		'',
		'',
	].join('\r\n');
}

/** One frame of up to 125 bytes, under a mask of zeroes: the text stays as it is. */
export function frameOf(
	text: string,
	opcode: (typeof OPCODE)[keyof typeof OPCODE] = OPCODE.text,
	isLast = true,
): Buffer {
	const head = Buffer.from([(isLast ? 0x80 : 0) | opcode, 0x80 | text.length, 0, 0, 0, 0]);
	return Buffer.concat([head, Buffer.from(text)]);
}

/** Everything that comes until the server hangs up, and the code of its goodbye if there was one. */
export async function closeCodeOf(socket: Socket): Promise<number | null> {
	let end = Buffer.alloc(0);
	socket.on('data', (chunk: Buffer) => (end = Buffer.concat([end, chunk]).subarray(-200)));
	// Not `once` of node:events: a line that is cut is an error there.
	await new Promise((resolve) => socket.once('close', resolve));
	const at = end.lastIndexOf(0x88); // no text of ours has this byte
	return at < 0 || at + 4 > end.length ? null : end.readUInt16BE(at + 2);
}
