import type { Time } from './time';

/** `GeolocationPositionError`, which Node has not. */
export const POSITION_ERROR = { denied: 1, unavailable: 2, timeout: 3 } as const;

export interface GeolocationEnv {
	/** Null where the browser has none. */
	readonly geolocation: Pick<
		Geolocation,
		'watchPosition' | 'clearWatch' | 'getCurrentPosition'
	> | null;
	/** `null` where the browser can't tell (or the query throws). */
	readonly permission: () => Promise<PermissionState | null>;
	readonly isSecure: boolean;
	readonly time: Time;
}

export function browserGeolocation(time: Time): GeolocationEnv {
	return {
		geolocation: 'geolocation' in navigator ? navigator.geolocation : null,
		isSecure: window.isSecureContext,
		time,
		async permission() {
			try {
				return (await navigator.permissions.query({ name: 'geolocation' })).state;
			} catch {
				return null; // older Safari has no query for it
			}
		},
	};
}
