import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { UpgradePort } from '../lib/server/upgrade-port.ts';

/** Before the first await or answer: an error without a listener would end the process. */
export function guardSocket(socket: Duplex): void {
	socket.on('error', () => socket.destroy());
}

/** Hands the socket to the app, or refuses it where there is none. */
export function handOver(
	port: UpgradePort | undefined,
	request: IncomingMessage,
	socket: Duplex,
	head: Buffer,
): void {
	if (port) port.handleUpgrade(request, socket, head);
	else refuseSocket(socket);
}

export function refuseSocket(socket: Duplex): void {
	if (socket.destroyed) return;
	// A half-open peer would keep the descriptor: nothing is left to be read from it.
	socket.once('finish', () => socket.destroy());
	socket.end('HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nConnection: close\r\n\r\n');
}
