import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * The seam between the HTTP server and the app inside SvelteKit's bundle. The two are built apart,
 * and in `vite dev` modules are evaluated anew on every edit: so the app stands on `globalThis`, once.
 */
export interface UpgradePort {
	/** Takes the socket over, or answers with a refusal and ends it. Never throws. */
	handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
	/** Not ready any more, no new sockets, a goodbye to the open ones; resolves when all are gone. */
	drain(): Promise<void>;
	/** Stops in order: no new sockets, sockets closed, bus, database. Safe to call twice. */
	close(): Promise<void>;
}

const KEY = Symbol.for('meetup.upgrade-port');
const holder = globalThis as { [KEY]?: UpgradePort };

export function openUpgradePort(port: UpgradePort): void {
	holder[KEY] = port;
}

export function upgradePort(): UpgradePort | undefined {
	return holder[KEY];
}
