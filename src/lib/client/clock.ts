import type { ServerMessage } from '$lib/protocol';

/** How far a guess without a measured round trip may be off. */
export const CLOCK_DOUBT = {
	/** The page may have travelled, been parsed and hydrated for so long. */
	pageMs: 10_000,
	/** One way of a frame on a mobile network. */
	frameMs: 1_500,
	samplesKept: 8,
} as const;

interface Sample {
	readonly offsetMs: number;
	readonly doubtMs: number;
}

/**
 * The server's clock, seen from this device. Every `server_time` gives a guess; the one with the
 * smallest round trip wins (D. Mills, NTP clock filter, RFC 5905 §10). Only the newest few are kept,
 * because people change their clocks and phones drift.
 */
export class ServerClock {
	#samples: readonly Sample[] = [];

	/** Learns from any message that tells the time. */
	hear({ type, payload }: ServerMessage, receivedAtMs: number): void {
		if (type === 'pong' && payload.client_ts_ms !== null)
			this.answered(payload.client_ts_ms, Date.parse(payload.server_time), receivedAtMs);
		else if (type === 'welcome' || type === 'peer_location')
			this.told(Date.parse(payload.server_time), receivedAtMs);
	}

	/** A `server_time` that came by itself, without a question: the way back is a guess. */
	told(serverAtMs: number, receivedAtMs: number, doubtMs: number = CLOCK_DOUBT.frameMs): void {
		this.#keep({ offsetMs: serverAtMs - receivedAtMs, doubtMs });
	}

	/** A `server_time` that answers a question: the server spoke in the middle of the round trip. */
	answered(sentAtMs: number, serverAtMs: number, receivedAtMs: number): void {
		const roundTripMs = receivedAtMs - sentAtMs;
		if (roundTripMs < 0) return; // the clock was set back meanwhile
		this.#keep({ offsetMs: serverAtMs - (sentAtMs + receivedAtMs) / 2, doubtMs: roundTripMs / 2 });
	}

	/** Milliseconds to add to the device's clock. 0 while nothing is known. */
	get offsetMs(): number {
		let best: Sample | null = null;
		for (const sample of this.#samples)
			if (best === null || sample.doubtMs <= best.doubtMs) best = sample;
		return best?.offsetMs ?? 0;
	}

	atServer(localMs: number): number {
		return Math.round(localMs + this.offsetMs);
	}

	#keep(sample: Sample): void {
		this.#samples = [...this.#samples, sample].slice(-CLOCK_DOUBT.samplesKept);
	}
}
