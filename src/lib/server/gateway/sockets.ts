import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import type { UpgradeRefused } from './upgrade';

/** All sockets at one path. */
export interface Sockets {
	/** Who may come in. Throws when the database is away. */
	judge(request: IncomingMessage): Promise<Admission | UpgradeRefused>;
	/** How many there are. */
	count(): number;
	/** One heartbeat for all of them. */
	beat(): void;
	/** A goodbye to all of them, before a restart. */
	restart(): void;
	/** All are gone: nothing may be left running. */
	stop(): void;
}

/** Somebody may come in. */
export interface Admission {
	/** Asked once more with nothing awaited between this and `enter`: others may have come meanwhile. */
	refusal?(): UpgradeRefused | null;
	enter(socket: WebSocket): void;
}
