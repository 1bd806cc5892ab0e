import { SILENT, type Log } from '$lib/server/log';
import { readBusEvent, type Bus, type BusEvent, type Channel } from './bus';
import { createListeners, type Listeners } from './listeners';

/** What stands between the instances of one process: in tests several, else one. */
export interface MemoryHub {
	connect(instanceId: string): Bus;
}

export function createMemoryHub(log: Log = SILENT): MemoryHub {
	const instances = new Map<string, Listeners>();

	/** As over Redis: a copy, not the object itself, and not in the publisher's call. */
	function forward(from: string, channel: Channel, event: BusEvent): void {
		if (instances.size < 2) return;
		const json = JSON.stringify(event);
		queueMicrotask(() => {
			for (const [instanceId, listeners] of instances) {
				if (instanceId === from || !listeners.has(channel)) continue;
				const copy = readBusEvent(json);
				if (copy) listeners.tell(channel, copy);
			}
		});
	}

	return {
		connect(instanceId) {
			const listeners = createListeners(log);
			instances.set(instanceId, listeners);
			return {
				instanceId,
				publish(channel, event) {
					listeners.tell(channel, event);
					forward(instanceId, channel, event);
				},
				async subscribe(channel, listener) {
					const entry = listeners.add(channel, listener);
					return () => void entry.remove();
				},
				isUp: () => true,
				async close() {
					listeners.clear();
					instances.delete(instanceId);
				},
			};
		},
	};
}

/** The bus of a process that is alone. */
export function createMemoryBus(instanceId: string, log: Log = SILENT): Bus {
	return createMemoryHub(log).connect(instanceId);
}
