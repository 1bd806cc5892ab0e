import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { UpgradeRefused } from './refusals';

/** All sockets at one path. */
export interface Sockets {
	/** Who may come in. Throws when the database is away. */
	judge(request: IncomingMessage): Promise<Admission | UpgradeRefused>;
	/** How many there are. */
	count(): number;
	/** One heartbeat for all of them. */
	beat(): void;
	/** A goodbye for each of them, before a restart; whoever asks says them, spread over time. */
	restart(): (() => void)[];
	/** All are gone: nothing may be left running. */
	stop(): void;
}

/** Somebody may come in. */
export interface Admission {
	readonly personId: string;
	/** With the stream that the socket stands on. */
	enter(socket: WebSocket, stream: Duplex): void;
}
