import type { SharedFix } from '$lib/protocol';
import { fieldsToWire, type FixFields } from '$lib/protocol/fix-fields';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * The newest fix of one person. It changes in place: where thousands of fixes come in a second, objects that
 * outlive theirs cost more than everything else that is done with it.
 */
export class LatestFix {
	// From the start no whole numbers, so that the engine writes them in place.
	readonly #fields: Writable<FixFields> = {
		lat: NaN,
		lon: NaN,
		accuracyM: NaN,
		atMs: NaN,
		headingDeg: NaN,
		speedMps: NaN,
		clientTsMs: NaN,
		manual: null,
	};
	#receivedAtMs = NaN;

	/** When it came, in milliseconds since 1970; NaN while there is none. */
	get receivedAtMs(): number {
		return this.#receivedAtMs;
	}

	set(fix: FixFields, receivedAtMs: number): void {
		const fields = this.#fields;
		fields.lat = fix.lat;
		fields.lon = fix.lon;
		fields.accuracyM = fix.accuracyM;
		fields.atMs = fix.atMs;
		fields.headingDeg = fix.headingDeg;
		fields.speedMps = fix.speedMps;
		fields.clientTsMs = fix.clientTsMs;
		fields.manual = fix.manual;
		this.#receivedAtMs = receivedAtMs;
	}

	/** A copy, as others get it; null while there is none. */
	shared(): SharedFix | null {
		return Number.isNaN(this.#receivedAtMs) ? null : fieldsToWire(this.#fields, this.#receivedAtMs);
	}
}
