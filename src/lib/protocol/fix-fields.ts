import type { SharedFix } from './server-messages';
import type { WireFix } from './fields';
import { instant } from './translate';

/** What a client says of one position, as plain numbers: NaN for what it does not say. */
export interface FixFields {
	readonly lat: number;
	readonly lon: number;
	readonly accuracyM: number;
	/** When it was measured, in milliseconds since 1970. */
	readonly atMs: number;
	readonly headingDeg: number;
	readonly speedMps: number;
	readonly clientTsMs: number;
	readonly manual: boolean | null;
}

export function fieldsFromWire(wire: WireFix): FixFields {
	return {
		lat: wire.lat,
		lon: wire.lon,
		accuracyM: wire.accuracy_m,
		atMs: Date.parse(wire.timestamp),
		headingDeg: wire.heading_deg ?? NaN,
		speedMps: wire.speed_mps ?? NaN,
		clientTsMs: wire.client_ts_ms ?? NaN,
		manual: wire.manual ?? null,
	};
}

export function fieldsToWire(fields: FixFields, receivedAtMs: number): SharedFix {
	const { headingDeg, speedMps, clientTsMs, manual } = fields;
	return {
		lat: fields.lat,
		lon: fields.lon,
		accuracy_m: fields.accuracyM,
		timestamp: instant(fields.atMs),
		...(!Number.isNaN(headingDeg) && { heading_deg: headingDeg }),
		...(!Number.isNaN(speedMps) && { speed_mps: speedMps }),
		...(!Number.isNaN(clientTsMs) && { client_ts_ms: clientTsMs }),
		...(manual !== null && { manual }),
		server_time: instant(receivedAtMs),
	};
}
