import type { Channel } from './bus';

interface Instance {
	heardAtMs: number;
	readonly channels: Set<Channel>;
}

/**
 * Which other instances listen to which of our channels, as far as they said so; and which of them were
 * heard lately. Knows nothing of channels this instance does not listen to.
 */
export class Holders {
	readonly #byChannel = new Map<Channel, Set<string>>();
	readonly #instances = new Map<string, Instance>();

	/** Whoever says anything is alive. */
	heard(instanceId: string, nowMs: number): void {
		const known = this.#instances.get(instanceId);
		if (known) known.heardAtMs = nowMs;
		else this.#instances.set(instanceId, { heardAtMs: nowMs, channels: new Set() });
	}

	/** Whether that is news. */
	add(instanceId: string, channel: Channel, nowMs: number): boolean {
		this.heard(instanceId, nowMs);
		this.#instances.get(instanceId)?.channels.add(channel);
		let holders = this.#byChannel.get(channel);
		if (holders === undefined) this.#byChannel.set(channel, (holders = new Set()));
		if (holders.has(instanceId)) return false;
		holders.add(instanceId);
		return true;
	}

	remove(instanceId: string, channel: Channel): void {
		this.#instances.get(instanceId)?.channels.delete(channel);
		const holders = this.#byChannel.get(channel);
		if (holders?.delete(instanceId) && holders.size === 0) this.#byChannel.delete(channel);
	}

	/** Undefined where no other instance listens: the usual case, since pairs mostly share one. */
	of(channel: Channel): ReadonlySet<string> | undefined {
		return this.#byChannel.get(channel);
	}

	/** This instance does not listen any more, so it will not hear who comes and goes. */
	drop(channel: Channel): void {
		for (const instanceId of this.#byChannel.get(channel) ?? [])
			this.#instances.get(instanceId)?.channels.delete(channel);
		this.#byChannel.delete(channel);
	}

	/** Everything one instance held; it is forgotten with that. */
	forget(instanceId: string): readonly Channel[] {
		const channels = [...(this.#instances.get(instanceId)?.channels ?? [])];
		for (const channel of channels) this.remove(instanceId, channel);
		this.#instances.delete(instanceId);
		return channels;
	}

	/** Instances that said nothing for so long. */
	silentFor(ms: number, nowMs: number): string[] {
		return [...this.#instances].flatMap(([instanceId, { heardAtMs }]) =>
			nowMs - heardAtMs >= ms ? [instanceId] : [],
		);
	}

	/** Nobody could be heard for a while: that is not their fault. */
	forgive(nowMs: number): void {
		for (const instance of this.#instances.values()) instance.heardAtMs = nowMs;
	}

	clear(): void {
		this.#byChannel.clear();
		this.#instances.clear();
	}
}
