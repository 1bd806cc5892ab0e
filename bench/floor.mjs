// The floor: what a relay costs that asks nothing. Two sockets with the same `session_id` are a pair,
// and what one says the other gets, byte for byte. Nothing is parsed, checked, kept or counted.
import { WebSocketServer } from 'ws';

/** @type {Map<string, import('ws').WebSocket>} who waits for the other one */
const waiting = new Map();
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });

server.on('connection', (socket, { url }) => {
	const id = new URL(url ?? '/', 'http://floor').searchParams.get('session_id') ?? '';
	const peer = waiting.get(id);
	if (peer === undefined) {
		waiting.set(id, socket);
		return;
	}
	waiting.delete(id);
	relay(socket, peer);
	relay(peer, socket);
});

/**
 * @param {import('ws').WebSocket} from
 * @param {import('ws').WebSocket} to
 */
function relay(from, to) {
	from.on('message', (bytes, isBinary) => to.send(bytes, { binary: isBinary }));
}

server.on('listening', () => {
	const address = server.address();
	const port = typeof address === 'object' ? address?.port : 0;
	console.log(`The floor is ready at http://127.0.0.1:${port}`);
});
