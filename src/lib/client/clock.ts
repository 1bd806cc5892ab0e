import type { ServerMessage } from '$lib/protocol';

/** How far a guess without a measured round trip may be off. */
export const CLOCK_DOUBT = {
	/** The page may have travelled, been parsed and hydrated for so long. */
	pageMs: 10_000,
	/** One way of a frame on a mobile network. */
	frameMs: 1_500,
	samplesKept: 8,
	/** Two measurements further apart than their doubts and this: the device's clock was set. */
	driftMs: 500,
} as const;

interface Sample {
	readonly offsetMs: number;
	readonly doubtMs: number;
}

/**
 * The server's clock, seen from this device. Every `server_time` gives a guess; the one with the
 * smallest round trip wins (D. Mills, NTP clock filter, RFC 5905 §10). Only the newest few are kept,
 * because people change their clocks and phones drift. What came unasked comes once a second and more:
 * it is kept apart, or it would crowd out the rare measurements.
 */
export class ServerClock {
	#measured: readonly Sample[] = [];
	#guessed: readonly Sample[] = [];

	/** Learns from any message that tells the time. */
	hear({ type, payload }: ServerMessage, receivedAtMs: number): void {
		if (type === 'pong' && payload.client_ts_ms !== null)
			this.answered(payload.client_ts_ms, Date.parse(payload.server_time), receivedAtMs);
		else if (type === 'welcome' || type === 'peer_location')
			this.told(Date.parse(payload.server_time), receivedAtMs);
	}

	/** A `server_time` that came by itself, without a question: the way back is a guess. */
	told(serverAtMs: number, receivedAtMs: number, doubtMs: number = CLOCK_DOUBT.frameMs): void {
		this.#guessed = kept(this.#guessed, { offsetMs: serverAtMs - receivedAtMs, doubtMs });
	}

	/** A `server_time` that answers a question: the server spoke in the middle of the round trip. */
	answered(sentAtMs: number, serverAtMs: number, receivedAtMs: number): void {
		const roundTripMs = receivedAtMs - sentAtMs;
		if (roundTripMs < 0) return; // the clock was set back meanwhile
		const offsetMs = serverAtMs - (sentAtMs + receivedAtMs) / 2;
		const sample = { offsetMs, doubtMs: roundTripMs / 2 };
		this.#measured = kept(
			this.#measured.filter((before) => agree(before, sample)),
			sample,
		);
	}

	/** Milliseconds to add to the device's clock. 0 while nothing is known. */
	get offsetMs(): number {
		let best: Sample | null = null;
		for (const sample of [...this.#guessed, ...this.#measured])
			if (best === null || sample.doubtMs <= best.doubtMs) best = sample;
		return best?.offsetMs ?? 0;
	}

	atServer(localMs: number): number {
		return Math.round(localMs + this.offsetMs);
	}
}

function kept(samples: readonly Sample[], sample: Sample): readonly Sample[] {
	return [...samples, sample].slice(-CLOCK_DOUBT.samplesKept);
}

function agree(a: Sample, b: Sample): boolean {
	return Math.abs(a.offsetMs - b.offsetMs) <= a.doubtMs + b.doubtMs + CLOCK_DOUBT.driftMs;
}
