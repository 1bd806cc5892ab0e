import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { UpgradeRefused } from './refusals';

/** Heartbeats come by turns: thousands of pings in one moment would hold up every fix behind them. */
export const BEAT_TURNS = 25;

/** All sockets at one path. */
export interface Sockets {
	/** Who may come in. Throws when the database is away. */
	judge(request: IncomingMessage): Promise<Admission | UpgradeRefused>;
	/** How many there are. */
	count(): number;
	/** A heartbeat for those of them whose turn it is. */
	beat(turn: number): void;
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
