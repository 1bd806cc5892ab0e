import { Redis } from 'ioredis';
import type { Log } from '$lib/server/log';
import { readBusEvent, type Bus, type Channel } from './bus';
import { createListeners } from './listeners';

export interface RedisBusOptions {
	readonly url: string;
	readonly instanceId: string;
	readonly log: Log;
	/** Before every channel's name, where several apps share one Redis. */
	readonly prefix?: string;
}

/** So many publishes may be unanswered; beyond that Redis hangs and events are let go. */
const IN_FLIGHT_MAX = 10_000;
/** A connection that answers nothing for this long is dead, whatever TCP believes. */
const SILENCE_MAX_MS = 5_000;
const WATCH_MS = 4_000;
/** Names in one SUBSCRIBE after a reconnect. */
const RESUBSCRIBE_CHUNK = 1_000;
const CONNECTING: ReadonlySet<string> = new Set(['connecting', 'connect']);

/**
 * The bus over Redis: one connection that publishes, one that listens. Nothing is queued while Redis is
 * away: a relay has no use for late news, and who missed some gets it with his next `welcome`.
 */
export function createRedisBus({ url, instanceId, log, prefix = '' }: RedisBusOptions): Bus {
	const listeners = createListeners(log);
	const publisher = connect(url, 'publisher', log);
	const subscriber = connect(url, 'subscriber', log);
	/** An event travels as `<instance id> <json>`, so that own echoes are dropped without parsing. */
	const own = `${instanceId} `;
	let inFlight = 0;
	let closed = false;
	let attempt = createAttempt();

	subscriber.on('connecting', () => {
		if (attempt.isOver) attempt = createAttempt();
	});
	subscriber.on('close', () => attempt.end());
	subscriber.on('ready', () => {
		// Redis knows nothing of a connection before this one: everything wanted now is asked for anew.
		const wanted = listeners.channels().map((channel) => prefix + channel);
		const answers: Promise<unknown>[] = [];
		for (let start = 0; start < wanted.length; start += RESUBSCRIBE_CHUNK)
			answers.push(subscriber.subscribe(...wanted.slice(start, start + RESUBSCRIBE_CHUNK)));
		void Promise.all(answers).catch(lost('subscribe')).finally(attempt.end);
	});

	subscriber.on('message', (name: string, text: string) => {
		if (text.startsWith(own) || !name.startsWith(prefix)) return;
		const channel = name.slice(prefix.length);
		if (!isChannel(channel)) return;
		const event = readBusEvent(text.slice(text.indexOf(' ') + 1));
		if (event) listeners.tell(channel, event);
	});

	// Publishing is its own sign of life only when there is something to say; the listener never speaks.
	const watch = setInterval(() => {
		for (const connection of [publisher, subscriber])
			if (connection.status === 'ready') void connection.ping().catch(lost('ping'));
	}, WATCH_MS).unref();

	/** A command that a breaking connection swallowed: `ready` makes up for it. */
	function lost(type: string): (error: unknown) => void {
		return (error) => {
			if (!closed) log.debug({ type, error }, 'bus_command_lost');
		};
	}
	const onPublished = () => {
		inFlight--;
	};
	const logLost = lost('publish');
	const onPublishLost = (error: unknown) => {
		inFlight--;
		logLost(error);
	};

	return {
		instanceId,
		publish(channel, event) {
			listeners.tell(channel, event);
			if (publisher.status !== 'ready' || inFlight >= IN_FLIGHT_MAX) return;
			inFlight++;
			publisher
				.publish(prefix + channel, own + JSON.stringify(event))
				.then(onPublished, onPublishLost);
		},
		async subscribe(channel, listener) {
			const entry = listeners.add(channel, listener);
			// Asked for even when another listener already did: commands of one connection are answered in
			// order, so this answer says that the first one's was given, too. That closes the race between
			// joining, leaving and joining again without any state of our own.
			if (subscriber.status === 'ready')
				await subscriber.subscribe(prefix + channel).catch(lost('subscribe'));
			else if (CONNECTING.has(subscriber.status)) await attempt.over;
			return () => {
				if (entry.remove() && !closed && subscriber.status === 'ready')
					void subscriber.unsubscribe(prefix + channel).catch(lost('unsubscribe'));
			};
		},
		isUp: () => publisher.status === 'ready' && subscriber.status === 'ready',
		async close() {
			closed = true;
			clearInterval(watch);
			listeners.clear();
			publisher.disconnect();
			subscriber.disconnect();
		},
	};
}

/** One try to connect, from its start until everything is subscribed or the connection is gone. */
interface Attempt {
	readonly over: Promise<void>;
	readonly isOver: boolean;
	end(): void;
}

function createAttempt(): Attempt {
	let isOver = false;
	let resolve = () => {};
	const over = new Promise<void>((settle) => (resolve = settle));
	return {
		over,
		get isOver() {
			return isOver;
		},
		end() {
			isOver = true;
			resolve();
		},
	};
}

function isChannel(name: string): name is Channel {
	return name.startsWith('session:') || name.startsWith('user:');
}

function connect(url: string, component: string, log: Log): Redis {
	const redis = new Redis(url, {
		enableOfflineQueue: false,
		autoResubscribe: false,
		autoResendUnfulfilledCommands: false,
		maxRetriesPerRequest: 0,
		socketTimeout: SILENCE_MAX_MS,
		connectTimeout: SILENCE_MAX_MS,
		retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 6), 2_000),
	});
	// Told once per outage: a Redis that is away for an hour must not fill the disk.
	let isTold = false;
	redis.on('error', (error) => {
		if (!isTold) log.warn({ component, error }, 'redis_lost');
		isTold = true;
	});
	redis.on('ready', () => {
		if (isTold) log.info({ component }, 'redis_back');
		isTold = false;
	});
	return redis;
}
