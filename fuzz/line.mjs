// One TCP connection that asks for its upgrade and then says whatever it is told to, byte by byte.
import { connect } from 'node:net';
import { CLOSE, FrameReader, PING, TEXT } from '../bench/load/frame-reader.mjs';
import { frame, OPCODE } from './framing.mjs';

/** More unsent than this waits: the server's pace is the pace. */
const UNSENT_MAX = 64 * 1024;

/**
 * How it ended: refused with a status, closed with a code, or cut without a word.
 * @typedef {{ status?: number, code?: number }} End
 */

export class Line {
	/** @type {Promise<boolean>} whether the server said its first word */
	welcomed;
	/** @type {Promise<End>} */
	ended;

	#socket;
	/** @type {Buffer | null} */
	#answer = Buffer.alloc(0);
	/** @type {End} */
	#end = {};
	/** @type {(isWelcome: boolean) => void} */
	#onWelcome = () => {};
	#reader = new FrameReader((...read) => this.#take(...read));
	#hear;

	/**
	 * @param {object} parts
	 * @param {number} parts.port
	 * @param {string} parts.request the whole request for the upgrade
	 * @param {(text: string) => void} [parts.hear]
	 */
	constructor({ port, request, hear }) {
		this.#hear = hear;
		this.#socket = connect({ host: '127.0.0.1', port, noDelay: true });
		this.welcomed = new Promise((resolve) => (this.#onWelcome = resolve));
		this.ended = new Promise((resolve) =>
			this.#socket.on('close', () => {
				this.#onWelcome(false);
				resolve(this.#end);
			}),
		);
		this.#socket.on('error', () => {}); // a line that is cut: `close` follows
		this.#socket.on('data', (bytes) => this.#read(bytes));
		this.#socket.write(request, 'latin1');
	}

	get isOver() {
		return this.#socket.destroyed || this.#end.code !== undefined || !this.#socket.writable;
	}

	get isFull() {
		return this.#socket.writableLength > UNSENT_MAX;
	}

	/** @param {Buffer} bytes */
	write(bytes) {
		if (!this.isOver) this.#socket.write(bytes);
	}

	cut() {
		this.#socket.destroy();
	}

	/** @param {Buffer} bytes */
	#read(bytes) {
		try {
			this.#reader.read(this.#answer ? this.#readAnswer(bytes) : bytes);
		} catch {
			// What the server says is frames and nothing else: `end` with a code that none of ours has.
			this.#end = { code: 0 };
			this.cut();
		}
	}

	/** @param {Buffer} bytes */
	#readAnswer(bytes) {
		this.#answer = Buffer.concat([this.#answer ?? bytes, bytes]);
		const end = this.#answer.indexOf('\r\n\r\n');
		if (end === -1) return Buffer.alloc(0);
		const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(this.#answer.toString('latin1', 0, 20)) ?? [];
		this.#end = { status: Number(status) };
		if (status !== '101') {
			this.#socket.resume().end();
			return Buffer.alloc(0);
		}
		this.#end = {};
		const rest = this.#answer.subarray(end + 4);
		this.#answer = null;
		return rest;
	}

	/** @type {import('../bench/load/frame-reader.mjs').OnFrame} */
	#take(opcode, bytes, start, end) {
		if (opcode === PING) {
			this.write(frame(Buffer.from(bytes.subarray(start, end)), { opcode: OPCODE.pong }));
		} else if (opcode === TEXT) {
			this.#onWelcome(true);
			this.#hear?.(bytes.toString('utf8', start, end));
		} else if (opcode === CLOSE) {
			this.#end = { code: end - start < 2 ? 1005 : bytes.readUInt16BE(start) };
			this.#socket.end();
		}
	}
}

/**
 * @param {string} target path and query
 * @param {Record<string, string>} headers
 */
export function upgradeRequest(target, headers) {
	return [
		`GET ${target} HTTP/1.1`,
		...Object.entries({
			Host: '127.0.0.1',
			Connection: 'Upgrade',
			Upgrade: 'websocket',
			'Sec-WebSocket-Version': '13',
			'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
			...headers,
		}).map(([name, value]) => `${name}: ${value}`),
		'\r\n',
	].join('\r\n');
}
