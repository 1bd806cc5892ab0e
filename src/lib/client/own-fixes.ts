import { distanceM, FIX_LIMITS, isDue, type Fix, type LatLon } from '$lib/geo';
import type { DeviceFix } from './device-fix';

/**
 * On a return the newest fix goes out at once, with its age for all to see; but not one that the
 * server's clock check is about to refuse. Older ones than the newest are never sent again.
 */
export const RESEND_MAX_AGE_MS = FIX_LIMITS.clockToleranceMs - 30_000;

/** Set by hand on the map: as exact as a finger. */
const BY_HAND_ACCURACY_M = 20;

/** The viewer's own fixes: the newest one, and which one the others have. Nothing is ever queued. */
export class OwnFixes {
	#newest: Fix | null = null;
	#sent: Fix | null = null;
	#sentAtMs: number | null = null;
	#place: LatLon | null = null;
	#timesDoubted = 0;

	get newest(): Fix | null {
		return this.#newest;
	}

	get waitsByHand(): boolean {
		return this.#place !== null;
	}

	/**
	 * `atMs` is on the server's clock. The place set by hand holds until the device has something better
	 * to say: null if this is too rough to take its place.
	 */
	measured(fix: DeviceFix, atMs: number): Fix | null {
		if (this.#place !== null && fix.accuracyM > FIX_LIMITS.accuracyMaxM) return null;
		this.#place = null;
		this.#newest = { ...fix, atMs };
		this.#timesDoubted = 0;
		return this.#newest;
	}

	setByHand(place: LatLon): void {
		this.#place = { lat: place.lat, lon: place.lon };
		this.#sentAtMs = null;
		this.#timesDoubted = 0;
	}

	/** Somebody who waits where he said is still there: his fix is as of now. */
	renewByHand(nowMs: number): Fix | null {
		if (this.#place === null) return null;
		this.#newest = { ...this.#place, accuracyM: BY_HAND_ACCURACY_M, atMs: nowMs, manual: true };
		return this.#newest;
	}

	/** The fix to send now, if there is one that the others don't have and that is due. */
	due(nowMs: number, peer: Fix | null): Fix | null {
		const fix = this.#sendable(nowMs);
		if (fix === null) return null;
		const peerDistanceM = peer === null ? null : distanceM(fix, peer);
		return isDue({ lastSent: this.#sent, fix, peerDistanceM }, this.#sentAtMs, nowMs) ? fix : null;
	}

	/** The newest fix if the others don't have it yet, due or not. */
	unsent(nowMs: number): Fix | null {
		return this.#sendable(nowMs);
	}

	sent(fix: Fix, nowMs: number): void {
		this.#sent = fix;
		this.#sentAtMs = nowMs;
	}

	/** After a return nobody knows what arrived: the next fix is due at once. */
	returned(): void {
		this.#sent = null;
		this.#sentAtMs = null;
	}

	/**
	 * The server finds the last one too far from the one before, as after a tunnel. Three that agree
	 * convince it, and a device that reports changes only may have nothing else to say: the newest is
	 * due again, so often and no oftener.
	 */
	doubted(): void {
		this.#timesDoubted++;
		if (this.#timesDoubted < FIX_LIMITS.agreeingFixes) this.returned();
	}

	forget(): void {
		this.#newest = null;
		this.#place = null;
		this.returned();
	}

	#sendable(nowMs: number): Fix | null {
		const fix = this.#newest;
		if (fix === null || fix === this.#sent) return null;
		if (fix.accuracyM > FIX_LIMITS.accuracyMaxM) return null;
		return nowMs - fix.atMs < RESEND_MAX_AGE_MS ? fix : null;
	}
}
