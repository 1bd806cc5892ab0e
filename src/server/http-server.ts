import {
	createServer,
	type IncomingMessage,
	type Server,
	type ServerOptions,
	type ServerResponse,
} from 'node:http';
import type { UpgradePort } from '$lib/server/upgrade-port';
import { guardSocket, handOver } from './sockets';

export type PageHandler = (
	request: IncomingMessage,
	response: ServerResponse,
	next: () => void,
) => unknown;

export interface MeetUpServer {
	readonly server: Server;
	/** Resolves with the port once it listens; rejects with Node's own error, as EADDRINUSE. */
	listen(port: number, host: string | undefined): Promise<number>;
	/** No new connections; answers under way may finish within `patienceMs`. Never rejects. */
	drain(patienceMs: number): Promise<void>;
	/** Whatever is still open is cut. */
	cut(): void;
}

export interface MeetUpServerParts {
	readonly pages: PageHandler;
	/** Before any page sees the request: the headers that tell where it came from. */
	readonly prepare: (request: IncomingMessage) => void;
	readonly sockets: () => UpgradePort | undefined;
	readonly patience?: ServerOptions;
}

/** Whoever sends a header or a body drop by drop ("slowloris") is let go. Our bodies are small. */
export const PATIENCE = {
	headersTimeout: 10_000,
	requestTimeout: 30_000,
	connectionsCheckingInterval: 5_000,
	// Longer than the 60 s of the usual proxies: the proxy should be the one that hangs up.
	keepAliveTimeout: 65_000,
	maxHeaderSize: 16 * 1024,
} as const satisfies ServerOptions;

/** Files are served before hooks.server.ts, which says the rest, could say anything. */
const ON_EVERY_ANSWER = {
	'x-content-type-options': 'nosniff',
	'cross-origin-resource-policy': 'same-origin',
};

/** Pages and sockets on one port. */
export function createHttpServer({
	pages,
	prepare,
	sockets,
	patience = PATIENCE,
}: MeetUpServerParts): MeetUpServer {
	const open = new Set<ServerResponse>();
	let drained: (() => void) | null = null;

	const server = createServer(patience, (request, response) => {
		open.add(response);
		response.once('close', () => {
			open.delete(response);
			if (open.size === 0) drained?.();
		});
		for (const [name, value] of Object.entries(ON_EVERY_ANSWER)) response.setHeader(name, value);
		prepare(request);
		pages(request, response, () => response.writeHead(404).end());
	});

	server.on('upgrade', (request, socket, head) => {
		guardSocket(socket);
		prepare(request);
		handOver(sockets(), request, socket, head);
	});

	return {
		server,

		listen(port, host) {
			return new Promise((resolve, reject) => {
				server.once('error', reject);
				server.listen({ port, host }, () => {
					server.off('error', reject);
					const address = server.address();
					resolve(typeof address === 'object' && address ? address.port : port);
				});
			});
		},

		async drain(patienceMs) {
			server.close();
			server.closeIdleConnections();
			if (open.size === 0) return;
			await new Promise<void>((resolve) => {
				const timer = setTimeout(resolve, patienceMs);
				drained = () => {
					clearTimeout(timer);
					resolve();
				};
			});
		},

		cut: () => server.closeAllConnections(),
	};
}
