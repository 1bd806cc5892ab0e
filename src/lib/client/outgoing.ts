import type { Fix } from '$lib/geo';
import { gives, type SharingState } from '$lib/meeting';
import { clientFrame, fixToWire } from '$lib/protocol';
import { OwnFixes } from './own-fixes';

/** What this browser tells by itself: how it shares, and where it is when that is due. */
export class Outgoing {
	readonly fixes = new OwnFixes();
	readonly #send: (frame: string) => boolean;
	/** What the server was last told, or told us; null where that is in doubt. */
	#told: SharingState | null = null;

	/** `send` answers false while the connection is away. */
	constructor(send: (frame: string) => boolean) {
		this.#send = send;
	}

	/** A new connection: the server says what it knows of our sharing; of our fixes nothing is sure. */
	returned(serverKnows: SharingState | null): void {
		this.#told = serverKnows;
		this.fixes.returned();
	}

	/** The server sees our sharing otherwise: say it again. */
	doubt(): void {
		this.#told = null;
	}

	/** Sharing before fixes: a fix of somebody who counts as paused is refused. */
	tell(sharing: SharingState | null, nowMs: number, peer: Fix | null): void {
		if (sharing !== null && sharing !== this.#told)
			if (this.#send(clientFrame('sharing_update', { state: sharing }))) this.#told = sharing;
		if (this.#told === null || !gives(this.#told)) return;
		if (sharing !== null && !gives(sharing)) return;
		const fix = this.fixes.due(nowMs, peer);
		if (fix !== null) this.#sendFix(fix, nowMs);
	}

	/** "I'm here" is judged by the last fix: the newest goes ahead of it, due or not. */
	tellHere(byHand: boolean, nowMs: number): boolean {
		const fix = this.fixes.unsent(nowMs);
		if (fix !== null && this.#told !== null && gives(this.#told)) this.#sendFix(fix, nowMs);
		return this.#send(clientFrame('im_here', byHand ? { manual: true } : {}));
	}

	tellNotYet(): boolean {
		return this.#send(clientFrame('im_here_cancel', {}));
	}

	#sendFix(fix: Fix, nowMs: number): void {
		const sent = this.#send(clientFrame('location_update', fixToWire(fix)));
		if (sent) this.fixes.sent(fix, nowMs);
	}
}
