import type { Fix, LatLon } from '$lib/geo';
import { glideMs, onLeg, type Leg } from './interpolate';

/** Where a marker is drawn: on its way from the last fix to the newest. */
export class Glide {
	at = $state.raw<LatLon | null>(null);

	#fix: Fix | null = null;
	#frame: number | undefined;

	/** `isCalm`: the viewer asked for reduced motion. */
	constructor(private readonly isCalm: () => boolean) {}

	/** Takes the newest fix; the same one again changes nothing. */
	follow(fix: Fix | null): void {
		const last = this.#fix;
		if (fix?.lat === last?.lat && fix?.lon === last?.lon && fix?.atMs === last?.atMs) return;
		this.stop();
		this.#fix = fix;
		const from = this.at;
		if (fix === null || last === null || from === null) {
			this.at = fix;
			return;
		}
		const durationMs = glideMs(from, fix, fix.atMs - last.atMs, this.isCalm());
		this.#walk({ from, to: fix, startedAtMs: performance.now(), durationMs });
	}

	stop(): void {
		if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
		this.#frame = undefined;
	}

	#walk(leg: Leg): void {
		const nowMs = performance.now();
		this.at = onLeg(leg, nowMs);
		const isThere = nowMs - leg.startedAtMs >= leg.durationMs;
		this.#frame = isThere ? undefined : requestAnimationFrame(() => this.#walk(leg));
	}
}
