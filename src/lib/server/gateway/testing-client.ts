import { WebSocket } from 'ws';
import {
	clientFrame,
	type ClientMessageType,
	type ClientPayload,
	type InboxMessage,
	type ServerMessage,
} from '$lib/protocol';

/** So long a test waits for what must come; a mistake shows as a sentence, not as a hanging run. */
const PATIENCE_MS = 8_000;

/** A client for tests, of either kind of socket: says, and awaits the next message of a type. */
export class TestClient<M extends ServerMessage | InboxMessage = ServerMessage> {
	readonly socket: WebSocket;
	/** Everything that came, in order. */
	readonly received: M[] = [];
	readonly opened: Promise<void>;
	readonly closed: Promise<{ code: number; reason: string }>;
	/** The answer of a refused upgrade. */
	readonly refusal: Promise<{
		status: number;
		headers: NodeJS.Dict<string | string[]>;
		body: string;
	}>;

	readonly #unread: M[] = [];
	#wake: () => void = () => {};
	#isClosed = false;

	constructor(url: string, read: (text: string) => M | null, headers: Record<string, string> = {}) {
		const socket = new WebSocket(url, { headers, handshakeTimeout: PATIENCE_MS });
		this.socket = socket;
		this.opened = new Promise((resolve) => socket.on('open', () => resolve()));
		this.closed = new Promise((resolve) =>
			socket.on('close', (code, reason) => {
				this.#isClosed = true;
				this.#wake();
				resolve({ code, reason: reason.toString() });
			}),
		);
		this.refusal = new Promise((resolve) =>
			socket.on('unexpected-response', (_request, response) => {
				let body = '';
				response.on('data', (chunk: Buffer) => (body += chunk.toString()));
				response.on('end', () =>
					resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
				);
			}),
		);
		socket.on('error', () => this.#wake()); // a refusal, or a cut line: `closed` follows
		socket.on('message', (data) => {
			const text = Buffer.isBuffer(data) ? data.toString() : '';
			const message = read(text);
			if (message === null) throw new Error(`the server broke its own schema: ${text}`);
			this.received.push(message);
			this.#unread.push(message);
			this.#wake();
		});
	}

	say<T extends ClientMessageType>(type: T, payload: ClientPayload<T>): void {
		this.socket.send(clientFrame(type, payload));
	}

	raw(data: string | Buffer): void {
		this.socket.send(data);
	}

	/** The next message of this type that was not read yet; others stay unread. */
	async next<T extends M['type']>(type: T): Promise<Extract<M, { type: T }>['payload']> {
		const untilMs = Date.now() + PATIENCE_MS;
		for (;;) {
			const index = this.#unread.findIndex((message) => message.type === type);
			const found = this.#unread[index];
			if (found) {
				this.#unread.splice(index, 1);
				return found.payload as Extract<M, { type: T }>['payload'];
			}
			const came = this.received.map((message) => message.type).join(', ');
			if (this.#isClosed) throw new Error(`closed before ${type} came; got: ${came}`);
			if (Date.now() > untilMs) throw new Error(`${type} did not come; got: ${came}`);
			await this.#news(untilMs - Date.now());
		}
	}

	/** Resolves when the server has answered everything that was said before. */
	async settled(): Promise<void> {
		this.say('ping', {});
		await this.next('pong');
	}

	count(type: M['type']): number {
		return this.received.filter((message) => message.type === type).length;
	}

	terminate(): void {
		this.socket.terminate();
	}

	#news(patienceMs: number): Promise<void> {
		return new Promise((resolve) => {
			const timer = setTimeout(resolve, patienceMs + 1);
			this.#wake = () => {
				clearTimeout(timer);
				resolve();
			};
		});
	}
}
