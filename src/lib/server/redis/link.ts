import { Cluster, Redis } from 'ioredis';
import type { Log } from '$lib/server/log';

export type RedisCommands = Redis | Cluster;

export interface RedisLinkOptions {
	readonly url: string;
	/** The address is one node of a Redis Cluster: channels are sharded, keys go to their slots. */
	readonly isCluster?: boolean;
	readonly log: Log;
	/** Tests make it short. */
	readonly answerMaxMs?: number;
}

/** What one process has of Redis: one connection that commands and publishes, one that listens. */
export interface RedisLink {
	/** Whatever is asked in one turn of the event loop leaves in one write. Nothing waits for a Redis that is away. */
	readonly commands: RedisCommands;
	/** Whether the keys of one command must lie in one slot. */
	readonly isCluster: boolean;
	readonly ear: Ear;
	/** Whether both connections stand and have answered lately. */
	isUp(): boolean;
	publish(channel: string, text: string): Promise<unknown>;
	/** After what was asked just now has been written. */
	close(): Promise<void>;
}

/** The listening connection. Redis forgets what it listened to whenever it breaks. */
export interface Ear {
	readonly isReady: boolean;
	readonly isConnecting: boolean;
	subscribe(channels: readonly string[]): Promise<unknown>;
	unsubscribe(channel: string): Promise<unknown>;
	onMessage(listener: (channel: string, text: string) => void): void;
	on(event: 'ready' | 'connecting' | 'close', listener: () => void): void;
}

/** A command that takes longer has failed: what this instance knows itself must do then. */
const ANSWER_MAX_MS = 1_000;
/** A connection that answers nothing for this long is dead, whatever TCP believes. */
const SILENCE_MAX_MS = 4_000;
/** Redis is called away before its connection is given up: whoever asks `/ready` hears of it in time. */
const ANSWERED_LATELY_MS = 3_000;
const WATCH_MS = 1_000;
const CONNECTING: ReadonlySet<string> = new Set(['connecting', 'connect']);

export function openRedisLink({
	url,
	isCluster = false,
	log,
	answerMaxMs = ANSWER_MAX_MS,
}: RedisLinkOptions): RedisLink {
	const connections = isCluster ? connectCluster(url, answerMaxMs) : connectPlain(url, answerMaxMs);
	const { commands, listener } = connections;
	const answeredAtMs = new Map<RedisCommands, number>();
	const all = new Set([commands, listener]);
	for (const connection of all) tellOutages(connection, log);

	for (const connection of all)
		connection.on('ready', () => answeredAtMs.set(connection, performance.now()));
	// Publishing is its own sign of life only when there is something to say; the listener never speaks.
	const watch = setInterval(() => {
		for (const connection of all)
			if (connection.status === 'ready')
				void connection.ping().then(
					() => answeredAtMs.set(connection, performance.now()),
					() => {}, // its silence says enough
				);
	}, WATCH_MS).unref();

	return {
		commands,
		isCluster,
		ear: isCluster ? createClusterEar(listener) : createPlainEar(listener),
		isUp() {
			const nowMs = performance.now();
			return [...all].every(
				(connection) =>
					connection.status === 'ready' &&
					nowMs - (answeredAtMs.get(connection) ?? 0) < ANSWERED_LATELY_MS,
			);
		},
		publish: (channel, text) =>
			isCluster ? commands.spublish(channel, text) : commands.publish(channel, text),
		async close() {
			clearInterval(watch);
			await new Promise(setImmediate); // commands of this turn leave at its end
			// Ends the stream after what was written; waiting for an answer could wait for ever.
			for (const connection of all) connection.disconnect();
		},
	};
}

interface Connections {
	readonly commands: RedisCommands;
	readonly listener: RedisCommands;
}

const reconnectAfterMs = (attempt: number) => Math.min(50 * 2 ** Math.min(attempt, 5), 1_000);

function options(answerMaxMs: number) {
	return {
		enableOfflineQueue: false,
		autoResubscribe: false,
		autoResendUnfulfilledCommands: false,
		maxRetriesPerRequest: 0,
		commandTimeout: answerMaxMs,
		socketTimeout: SILENCE_MAX_MS,
		connectTimeout: SILENCE_MAX_MS,
	};
}

function connectPlain(url: string, answerMaxMs: number): Connections {
	const connect = (enableAutoPipelining: boolean) =>
		new Redis(url, {
			...options(answerMaxMs),
			enableAutoPipelining,
			retryStrategy: reconnectAfterMs,
		});
	return { commands: connect(true), listener: connect(false) };
}

/** Cluster keeps its own listening connections, one to each node that has channels of ours. */
function connectCluster(url: string, answerMaxMs: number): Connections {
	const { protocol, hostname, port, username, password } = new URL(url);
	const { enableOfflineQueue, ...redisOptions } = options(answerMaxMs);
	const cluster = new Cluster([{ host: hostname, port: Number(port || 6379) }], {
		enableOfflineQueue,
		enableAutoPipelining: true,
		// What leaves together leaves on one connection. These belong on the one that listens.
		autoPipeliningIgnoredCommands: ['ssubscribe', 'sunsubscribe'],
		shardedSubscribers: true,
		slotsRefreshTimeout: SILENCE_MAX_MS,
		clusterRetryStrategy: reconnectAfterMs,
		redisOptions: {
			...redisOptions,
			...(username !== '' && { username: decodeURIComponent(username) }),
			...(password !== '' && { password: decodeURIComponent(password) }),
			...(protocol === 'rediss:' && { tls: {} }),
		},
	});
	return { commands: cluster, listener: cluster };
}

function createPlainEar(listener: RedisCommands): Ear {
	return {
		get isReady() {
			return listener.status === 'ready';
		},
		get isConnecting() {
			return CONNECTING.has(listener.status);
		},
		subscribe: (channels) => listener.subscribe(...channels),
		unsubscribe: (channel) => listener.unsubscribe(channel),
		onMessage: (hear) => void listener.on('message', hear),
		on: (event, hear) => void listener.on(event, hear),
	};
}

/**
 * A cluster that is ready has not yet connected what listens: that it says by `subscribersReady`, and
 * again when another node takes over, which knows nothing of what the former one was asked for.
 */
function createClusterEar(cluster: RedisCommands): Ear {
	let areSubscribersReady = false;
	cluster.on('subscribersReady', () => (areSubscribersReady = true));
	cluster.on('close', () => (areSubscribersReady = false));
	const isReady = () => areSubscribersReady && cluster.status === 'ready';
	return {
		get isReady() {
			return isReady();
		},
		get isConnecting() {
			return !isReady() && cluster.status !== 'end' && cluster.status !== 'reconnecting';
		},
		// One by one: they lie in different slots. A throw of the library is a refusal like any other.
		subscribe: (channels) =>
			Promise.all(channels.map(async (channel) => cluster.ssubscribe(channel))),
		unsubscribe: async (channel) => cluster.sunsubscribe(channel),
		onMessage: (hear) => void cluster.on('smessage', hear),
		on(event, hear) {
			if (event !== 'ready') return void cluster.on(event, hear);
			const hearIfReady = () => {
				if (isReady()) hear();
			};
			cluster.on('ready', hearIfReady);
			cluster.on('subscribersReady', hearIfReady);
		},
	};
}

/** Once per outage: a Redis that is away for an hour must not fill the disk. */
function tellOutages(connection: RedisCommands, log: Log): void {
	let isTold = false;
	connection.on('error', (error: unknown) => {
		if (!isTold) log.warn({ component: 'redis', error }, 'redis_lost');
		isTold = true;
	});
	connection.on('ready', () => {
		if (isTold) log.info({ component: 'redis' }, 'redis_back');
		isTold = false;
	});
}
