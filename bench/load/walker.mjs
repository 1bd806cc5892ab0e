// One person's socket: opened by hand and read by hand, so that driving it costs less than serving it.
import { createHash } from 'node:crypto';
import { writeSync } from 'node:fs';
import { connect } from 'node:net';
import { CLOSE, FrameReader, PING, TEXT } from './frame-reader.mjs';
import { PONG, UpdateFrame } from './update-frame.mjs';

/**
 * Where a walker connects and how he is let in. Two that follow one another are a pair.
 * @typedef {object} Seat
 * @property {number} port
 * @property {string} target path and query
 * @property {Record<string, string>} headers
 * @property {boolean} isWelcomed whether the server has the first word
 */

/** Any key will do (RFC 6455, 1.3): it shows that a WebSocket server answers, and proves nothing else. */
const KEY = 'bWVldHVwLWJlbmNoLWtleQ==';
const ACCEPT = createHash('sha1')
	.update(`${KEY}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
	.digest('base64');
/** One for all sockets: each read is handled before the next begins. */
const READ_BUFFER = Buffer.allocUnsafe(64 * 1024);
const PATIENCE_MS = 30_000;

export class Walker {
	sentAtMs = 0;
	update;

	#seat;
	#hear;
	#onBroken;
	#reader = new FrameReader((...frame) => this.#take(...frame));
	/** @type {import('node:net').Socket | null} */
	#socket = null;
	/** The socket's number in the kernel. */
	#descriptor = -1;
	/** @type {Buffer | null} the answer to the upgrade, as far as it came; null once it is whole */
	#answer = Buffer.alloc(0);
	/** @type {() => void} */
	#opened = () => {};

	/**
	 * @param {object} parts
	 * @param {Seat} parts.seat
	 * @param {{ lat: number, lon: number, headingDeg: number }} parts.walk
	 * @param {(bytes: Buffer, start: number, end: number) => void} parts.hear a message
	 * @param {(why: string) => void} parts.onBroken
	 */
	constructor({ seat, walk, hear, onBroken }) {
		this.update = new UpdateFrame(walk);
		this.#seat = seat;
		this.#hear = hear;
		this.#onBroken = onBroken;
	}

	/** Resolves when he may speak: after the server's first word, where it has one. */
	open() {
		const { port, target, headers } = this.#seat;
		return new Promise((/** @type {(value?: undefined) => void} */ resolve) => {
			const timer = setTimeout(() => this.#onBroken('no answer to an upgrade'), PATIENCE_MS);
			this.#opened = () => {
				clearTimeout(timer);
				resolve();
			};
			this.#socket = connect({
				host: '127.0.0.1',
				port,
				noDelay: true,
				onread: {
					buffer: READ_BUFFER,
					callback: (length) => {
						this.#read(READ_BUFFER.subarray(0, length));
						return true;
					},
				},
			});
			this.#socket.on('connect', () => (this.#descriptor = descriptorOf(this.#socket)));
			this.#socket.on('error', (error) => this.#onBroken(`a socket failed: ${error.message}`));
			this.#socket.on('close', () => this.#onBroken('a socket was closed'));
			this.#socket.write(
				[
					`GET ${target} HTTP/1.1`,
					`Host: 127.0.0.1:${port}`,
					'Connection: Upgrade',
					'Upgrade: websocket',
					'Sec-WebSocket-Version: 13',
					`Sec-WebSocket-Key: ${KEY}`,
					...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
					'\r\n',
				].join('\r\n'),
			);
		});
	}

	/**
	 * Straight to the kernel: Node's stream would take longer for it than the rest of an update takes here.
	 * Throws where the kernel has no room, because the server has stopped reading.
	 * @param {import('./update-frame.mjs').Clock} clock
	 */
	send(clock) {
		const { bytes } = this.update;
		this.update.write(clock);
		if (writeSync(this.#descriptor, bytes) < bytes.length) throw new Error('half an update left');
	}

	close() {
		this.#onBroken = () => {};
		this.#socket?.destroy();
	}

	/** @param {Buffer} bytes */
	#read(bytes) {
		try {
			this.#reader.read(this.#answer ? this.#readAnswer(bytes) : bytes);
		} catch (error) {
			this.#onBroken(String(error));
		}
	}

	/** @param {Buffer} bytes */
	#readAnswer(bytes) {
		this.#answer = Buffer.concat([this.#answer ?? bytes, bytes]);
		const end = this.#answer.indexOf('\r\n\r\n');
		if (end === -1) return Buffer.alloc(0);
		const head = this.#answer.toString('latin1', 0, end);
		const frames = this.#answer.subarray(end + 4);
		if (!head.startsWith('HTTP/1.1 101') || !head.includes(ACCEPT))
			throw new Error(`an upgrade was refused: ${head.split('\r\n')[0]} ${frames.toString()}`);
		this.#answer = null;
		if (!this.#seat.isWelcomed) this.#opened();
		return frames;
	}

	/** @type {import('./frame-reader.mjs').OnFrame} */
	#take(opcode, bytes, start, end) {
		if (opcode === TEXT) {
			this.#opened();
			this.#hear(bytes, start, end);
		} else if (opcode === PING) this.#socket?.write(PONG);
		else if (opcode === CLOSE)
			this.#onBroken(
				`a socket was closed with ${bytes.readUInt16BE(start)} ${bytes.toString('utf8', start + 2, end)}`,
			);
	}
}

/** @param {unknown} socket Node shows it nowhere in public */
function descriptorOf(socket) {
	const { _handle } = /** @type {{ _handle?: { fd?: number } }} */ (socket);
	if (_handle?.fd === undefined || _handle.fd < 0) throw new Error('the socket has no descriptor');
	return _handle.fd;
}
