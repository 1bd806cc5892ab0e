import type { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Plugin } from 'vite';
import { upgradePort } from '../lib/server/upgrade-port.ts';
import { guardSocket, handOver, refuseSocket } from './sockets.ts';

/** Everything else on the server's `upgrade` event is Vite's own socket for hot replacement. */
const SOCKETS_PATH = '/api/v1/ws/';

/** The gateway inside `vite dev` and `vite preview`, on Vite's own HTTP server. */
export function gatewayInDev(): Plugin {
	let serving = false;
	return {
		name: 'meetup-gateway',

		configureServer(vite) {
			serving = true;
			if (vite.httpServer)
				takeSockets(
					vite.httpServer,
					() => startApp(vite.ssrLoadModule),
					(error) => vite.config.logger.error(`The app did not start: ${String(error)}`),
				);
			stopOnInterrupt(() => vite.close());
		},

		configurePreviewServer(preview) {
			serving = true;
			takeSockets(preview.httpServer);
			stopOnInterrupt(() => preview.close());
		},

		// Awaited by Vite's close(), also when it restarts after a change of its settings: without it the
		// data folder would stay locked by this very process.
		async closeBundle() {
			if (serving) await upgradePort()?.close();
		},
	};
}

/** `start`: SvelteKit runs `init` at the first page only, and a socket may come before it. */
export function takeSockets(
	server: Pick<EventEmitter, 'on'>,
	start: () => Promise<void> = () => Promise.resolve(),
	complain: (error: unknown) => void = () => undefined,
): void {
	server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
		if (!request.url?.startsWith(SOCKETS_PATH)) return;
		guardSocket(socket);
		start().then(
			() => handOver(upgradePort(), request, socket, head),
			(error: unknown) => {
				complain(error);
				refuseSocket(socket);
			},
		);
	});
}

async function startApp(load: (path: string) => Promise<Record<string, unknown>>): Promise<void> {
	const module = await load('/src/lib/server/app.ts');
	if (hasGetApp(module)) await module.getApp();
}

function hasGetApp(module: object): module is { getApp: () => Promise<unknown> } {
	return 'getApp' in module && typeof module.getApp === 'function';
}

/** Vite closes in order on SIGTERM only; Ctrl-C would leave the database as it stands. */
function stopOnInterrupt(close: () => Promise<void>): void {
	process.once('SIGINT', () => {
		void close().finally(() => process.exit(0));
	});
}
