import type { Log } from '$lib/server/log';
import type { BusListener, Channel, Heard } from './bus';

/** The listeners of one instance, by channel. Both buses serve their own people through it. */
export interface Listeners {
	/** Returns how to end it: `remove` answers whether it was the channel's last. */
	add(channel: Channel, listener: BusListener): { remove(): boolean };
	has(channel: Channel): boolean;
	channels(): Channel[];
	/** In this call, in the order of subscribing. A listener that throws does not rob the others. */
	tell(channel: Channel, event: Heard): void;
	clear(): void;
}

export function createListeners(log: Log): Listeners {
	const byChannel = new Map<Channel, Set<{ readonly hear: BusListener }>>();

	return {
		add(channel, listener) {
			let entries = byChannel.get(channel);
			if (entries === undefined) byChannel.set(channel, (entries = new Set()));
			const entry = { hear: listener }; // its own object: one function may listen twice
			const own = entries;
			own.add(entry);
			return {
				// A second call does nothing.
				remove() {
					if (!own.delete(entry) || own.size > 0 || byChannel.get(channel) !== own) return false;
					return byChannel.delete(channel);
				},
			};
		},
		has: (channel) => byChannel.has(channel),
		channels: () => [...byChannel.keys()],
		tell(channel, event) {
			const entries = byChannel.get(channel);
			if (entries === undefined) return;
			for (const entry of entries) {
				try {
					entry.hear(event);
				} catch (error) {
					log.error({ type: event.kind, error }, 'bus_listener_failed');
				}
			}
		},
		clear: () => byChannel.clear(),
	};
}
