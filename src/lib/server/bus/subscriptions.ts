import { setTimeout as wait } from 'node:timers/promises';
import type { Ear } from '$lib/server/redis';

export interface SubscriptionsDeps {
	readonly ear: Ear;
	/** Whether somebody still wants to hear this. */
	readonly isWanted: (name: string) => boolean;
	/** Something was asked for, and no answer came. */
	readonly onLost: (error: unknown) => void;
	/** What was given up waiting for is heard at last: something may have been missed. */
	readonly onLate: () => void;
}

/** Keeps asking for what is to be heard, on a connection that stands but does not always answer. */
export interface Subscriptions {
	/** Resolves when nothing of it is missed any more, when the connection is gone, or after a few seconds. */
	add(name: string): Promise<void>;
	/** Resolves when nothing of these is missed any more, or when the connection is gone. */
	addAll(names: readonly string[]): Promise<void>;
}

/** Names in one SUBSCRIBE: many more would not be answered in time. */
const CHUNK = 1_000;
const TRY_AGAIN_MS = 100;
const PATIENCE_MS = 3_000;

export function createSubscriptions(deps: SubscriptionsDeps): Subscriptions {
	const { ear, isWanted, onLost, onLate } = deps;

	/** A connection that breaks ends it: whoever hears that it is ready again asks for everything. */
	async function ask(names: readonly string[]): Promise<void> {
		for (let wanted = names; ear.isReady && wanted.length > 0; wanted = names.filter(isWanted)) {
			try {
				await ear.subscribe(wanted);
				return;
			} catch (error) {
				onLost(error);
			}
			await wait(TRY_AGAIN_MS);
		}
	}

	return {
		async add(name) {
			const asked = ask([name]);
			const giveUp = new AbortController();
			const late = wait(PATIENCE_MS, 'late', { signal: giveUp.signal, ref: false }).catch(() => {});
			if ((await Promise.race([asked, late])) === 'late') void asked.then(onLate);
			giveUp.abort();
		},
		async addAll(names) {
			for (let start = 0; start < names.length; start += CHUNK)
				await ask(names.slice(start, start + CHUNK).filter(isWanted));
		},
	};
}
