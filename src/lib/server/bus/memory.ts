import { SILENT, type Log } from '$lib/server/log';
import {
	readBusEvent,
	type Bus,
	type BusEvent,
	type BusWatcher,
	type Channel,
	type Heard,
} from './bus';
import { createListeners, type Listeners } from './listeners';

/** What stands between the instances of one process: in tests several, else one. */
export interface MemoryHub {
	connect(instanceId: string): Bus;
	/** Ends an instance as `kill -9` would: the others find out by themselves. */
	kill(instanceId: string): void;
	/** Redis was away and is back: nobody knows what was missed. */
	comeBack(): void;
}

interface Instance {
	readonly listeners: Listeners;
	readonly watchers: BusWatcher[];
}

export function createMemoryHub(log: Log = SILENT): MemoryHub {
	const instances = new Map<string, Instance>();

	/** As over Redis: a copy, not the object itself, and not in the publisher's call. */
	function forward(from: string, channel: Channel, copy: () => Heard | null): void {
		if (instances.size < 2) return;
		queueMicrotask(() => {
			for (const [instanceId, { listeners }] of instances) {
				if (instanceId === from || !listeners.has(channel)) continue;
				const event = copy();
				if (event) listeners.tell(channel, event);
			}
		});
	}

	function leave(instanceId: string): void {
		const gone = instances.get(instanceId);
		instances.delete(instanceId);
		const channels = gone?.listeners.channels() ?? [];
		gone?.listeners.clear();
		for (const { listeners, watchers } of instances.values()) {
			const shared = channels.filter((channel) => listeners.has(channel));
			if (shared.length > 0)
				for (const watcher of watchers) watcher.onInstanceGone?.(instanceId, shared);
		}
	}

	function connect(instanceId: string): Bus {
		const listeners = createListeners(log);
		const watchers: BusWatcher[] = [];
		instances.set(instanceId, { listeners, watchers });
		return {
			instanceId,
			publish(channel, event: BusEvent) {
				listeners.tell(channel, event);
				const json = JSON.stringify(event);
				forward(instanceId, channel, () => readBusEvent(json));
			},
			relay(channel, fix) {
				listeners.tell(channel, fix);
				forward(instanceId, channel, () => fix);
			},
			relayTo(other, channel, fix) {
				queueMicrotask(() => instances.get(other)?.listeners.tell(channel, fix));
			},
			async subscribe(channel, listener) {
				const isFirst = !listeners.has(channel);
				const entry = listeners.add(channel, listener);
				if (isFirst) forward(instanceId, channel, () => ({ kind: 'listener_came', instanceId }));
				return () => void entry.remove();
			},
			isListening: (channel) => listeners.has(channel),
			watch: (watcher) => void watchers.push(watcher),
			isUp: () => true,
			close: async () => leave(instanceId),
		};
	}

	return {
		connect,
		kill: leave,
		comeBack() {
			for (const { watchers } of instances.values())
				for (const watcher of watchers) watcher.onBack?.();
		},
	};
}

/** The bus of a process that is alone. */
export function createMemoryBus(instanceId: string, log: Log = SILENT): Bus {
	return createMemoryHub(log).connect(instanceId);
}
