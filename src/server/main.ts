import type { IncomingMessage, ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { readEnv, type Env } from '$lib/server/env';
import { upgradePort } from '$lib/server/upgrade-port';
import { createHttpServer, type PageHandler } from './http-server';
import { adapterEnvironment, writeOriginHeaders } from './origin-headers';
import { startRefusal } from './start-refusals';
import { onStopSignal, STOP, stopInOrder } from './stop';

/*
 * The production process: SvelteKit's pages and the gateway's sockets on one port. Built beside
 * adapter-node's handler.js, which starts the app (hooks.server.ts, `init`) while it is loaded.
 */
let env: Env | null = null;
try {
	env = readEnv();
	await start(env);
} catch (error) {
	process.stderr.write(`${startRefusal(error, env) ?? inspect(error)}\n`);
	await upgradePort()?.close();
	process.exit(1);
}

async function start(env: Env): Promise<void> {
	delete process.env.ORIGIN;
	Object.assign(process.env, adapterEnvironment(env));
	let pages: PageHandler = notYet;
	const http = createHttpServer({
		pages: (request, response, next) => pages(request, response, next),
		prepare: (request) => writeOriginHeaders(request, env),
		sockets: upgradePort,
	});
	// Before the app, which may take its time: a port that is taken is told at once.
	const port = await http.listen(env.port, env.host);
	pages = await loadPages();
	// Alone, nobody else looks whether it is ready.
	const noticeMs = env.redisUrl === undefined ? 0 : STOP.noticeMs;
	onStopSignal(() => {
		void stopInOrder(http, upgradePort(), noticeMs).then((code) => process.exit(code));
	});
	process.stdout.write(`${greeting(env, port)}\n`);
}

function notYet(_request: IncomingMessage, response: ServerResponse): void {
	response.writeHead(503, { 'retry-after': '2' }).end('MeetUp is starting.\n');
}

async function loadPages(): Promise<PageHandler> {
	// By address, so that the bundler leaves adapter-node's own output alone.
	const loaded: unknown = await import(
		/* @vite-ignore */ new URL('./handler.js', import.meta.url).href
	);
	if (!hasHandler(loaded)) throw new Error('build/handler.js exports no handler');
	return loaded.handler;
}

function hasHandler(module: unknown): module is { handler: PageHandler } {
	return typeof module === 'object' && module !== null && 'handler' in module;
}

function greeting({ origin, host }: Env, port: number): string {
	if (origin) return `MeetUp is ready at ${origin} (port ${port}). Ctrl-C stops it.`;
	const name = !host || host === '0.0.0.0' || host === '::' ? 'localhost' : host;
	const address = `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
	return `MeetUp is ready at ${address} (a phone needs HTTPS: "From a phone" in README.md). Ctrl-C stops it.`;
}
