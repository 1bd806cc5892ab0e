import { ReplyError } from 'ioredis';
import type { RedisCommands } from '$lib/server/redis';

/** So much may be unanswered: beyond that Redis hangs, and what it does not get this instance knows. */
const UNANSWERED_MAX = 10_000;
/** In a cluster a command may first wait for its node: longer than any answer takes. */
const GIVE_UP_MS = 2_000;
const PROBE_MS = 500;
/** What was written before the end of the process should arrive; for longer nobody waits. */
const LAST_ANSWERS_MS = 500;

/** Asks Redis only while it answers, so that nothing piles up before one that hangs. */
export interface Asking {
	/** Rejects at once while Redis is away or leaves something unanswered, and in any case within seconds. */
	ask<T>(command: () => Promise<T>): Promise<T>;
	/** Whether the next question would be asked. */
	isAnswered(): boolean;
	/** Called each time Redis answers again, for the first time, too: what was asked meanwhile was asked in vain. */
	onBack(listener: () => void): void;
	/** Ends it, once everything was answered or half a second has passed. */
	close(): Promise<void>;
}

export function createAsking(redis: RedisCommands): Asking {
	const listeners: (() => void)[] = [];
	let unanswered = 0;
	let isStuck = false;
	let isClosed = false;
	let onIdle = () => {};
	let probe: NodeJS.Timeout | undefined;

	redis.on('ready', comeBack);

	function comeBack(): void {
		clearInterval(probe);
		isStuck = false;
		if (!isClosed) for (const listener of listeners) listener();
	}

	/** Not answered is not gone: the bytes may still wait in the socket. */
	function getStuck(): void {
		if (isStuck || isClosed) return;
		isStuck = true;
		clearInterval(probe);
		probe = setInterval(() => {
			if (redis.status !== 'ready') return;
			void redis.ping().then(
				() => {
					if (isStuck) comeBack();
				},
				() => {}, // still stuck
			);
		}, PROBE_MS).unref();
	}

	function isAnswered(): boolean {
		return redis.status === 'ready' && !isStuck;
	}

	async function ask<T>(command: () => Promise<T>): Promise<T> {
		if (!isAnswered()) throw new Error('Redis does not answer');
		if (unanswered >= UNANSWERED_MAX) {
			getStuck();
			throw new Error('Redis has too much to answer');
		}
		unanswered++;
		let timer: NodeJS.Timeout | undefined;
		const late = new Promise<never>((_, reject) => {
			timer = setTimeout(() => reject(new Error('Redis answered too late')), GIVE_UP_MS).unref();
		});
		try {
			return await Promise.race([command(), late]);
		} catch (error) {
			if (!(error instanceof ReplyError)) getStuck();
			throw error;
		} finally {
			clearTimeout(timer);
			if (--unanswered === 0) onIdle();
		}
	}

	return {
		ask,
		isAnswered,
		onBack: (listener) => void listeners.push(listener),
		async close() {
			if (unanswered > 0)
				await new Promise<void>((resolve) => {
					onIdle = resolve;
					setTimeout(resolve, LAST_ANSWERS_MS).unref();
				});
			isClosed = true;
			clearInterval(probe);
			redis.off('ready', comeBack);
		},
	};
}
