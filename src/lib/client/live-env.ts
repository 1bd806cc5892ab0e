import { browserMemory, type DeviceMemory } from './device-memory';
import { browserGeolocation, type GeolocationEnv } from './geolocation-env';
import { browserPage, type PageLife } from './page-life';
import type { WebSocketClass } from './socket-port';
import { systemTime, type Time } from './time';
import type { WakeLockPort } from './wake-lock';

/** Everything of the browser that a running meeting touches. */
export interface LiveEnv {
	readonly origin: string;
	readonly WebSocket: WebSocketClass;
	readonly fetch: typeof fetch;
	readonly time: Time;
	readonly page: PageLife;
	readonly geolocation: GeolocationEnv;
	readonly wakeLock: WakeLockPort | null;
	readonly memory: DeviceMemory;
}

export function browserEnv(): LiveEnv {
	return {
		origin: window.location.origin,
		WebSocket: window.WebSocket,
		fetch: window.fetch.bind(window),
		time: systemTime,
		page: browserPage(),
		geolocation: browserGeolocation(systemTime),
		wakeLock: 'wakeLock' in navigator ? navigator.wakeLock : null,
		memory: browserMemory(),
	};
}
