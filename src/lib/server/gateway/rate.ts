import { WIRE_LIMITS } from '$lib/protocol';

/** A token bucket that starts full. */
export class TokenBucket {
	#tokens: number;
	#atMs: number;

	constructor(
		private readonly perS: number,
		private readonly burst: number,
		nowMs: number,
	) {
		this.#tokens = burst;
		this.#atMs = nowMs;
	}

	/** 0 when there was a token, else the milliseconds until there is one. A refusal costs nothing. */
	take(nowMs: number): number {
		this.#fill(nowMs);
		if (this.#tokens >= 1) {
			this.#tokens -= 1;
			return 0;
		}
		return Math.ceil(((1 - this.#tokens) / this.perS) * 1000);
	}

	/** Whether it is as good as new. */
	isFull(nowMs: number): boolean {
		this.#fill(nowMs);
		return this.#tokens >= this.burst;
	}

	#fill(nowMs: number): void {
		// A clock that was set back must not take tokens away.
		const passedS = Math.max(0, nowMs - this.#atMs) / 1000;
		this.#tokens = Math.min(this.burst, this.#tokens + passedS * this.perS);
		this.#atMs = nowMs;
	}
}

/** Counts up to a limit within a window of time that starts with the first one. */
export class Strikes {
	#count = 0;
	#sinceMs = 0;

	constructor(
		private readonly max: number,
		private readonly windowMs: number,
	) {}

	/** Whether this one was one too many. */
	isOut(nowMs: number): boolean {
		if (nowMs - this.#sinceMs >= this.windowMs) {
			this.#count = 0;
			this.#sinceMs = nowMs;
		}
		return ++this.#count >= this.max;
	}
}

/** What one participant may send. It outlives his sockets, or reconnecting would be a way around it. */
export class Allowance {
	readonly fixes: TokenBucket;
	/** Everything that is not a fix: a flood of fixes must not block "End meeting". */
	readonly rest: TokenBucket;
	readonly badFrames = new Strikes(WIRE_LIMITS.badFramesMax, WIRE_LIMITS.badFramesWindowMs);
	readonly overRate = new Strikes(WIRE_LIMITS.floodFramesMax, WIRE_LIMITS.badFramesWindowMs);
	sockets = 0;
	leftAtMs = 0;

	constructor(nowMs: number) {
		this.fixes = new TokenBucket(WIRE_LIMITS.updatesPerS, WIRE_LIMITS.updatesBurst, nowMs);
		this.rest = new TokenBucket(WIRE_LIMITS.updatesPerS, WIRE_LIMITS.updatesBurst, nowMs);
	}
}

export class Allowances {
	readonly #byParticipant = new Map<string, Allowance>();

	get size(): number {
		return this.#byParticipant.size;
	}

	take(participant: string, nowMs: number): Allowance {
		let allowance = this.#byParticipant.get(participant);
		if (allowance === undefined)
			this.#byParticipant.set(participant, (allowance = new Allowance(nowMs)));
		allowance.sockets++;
		return allowance;
	}

	giveBack(allowance: Allowance, nowMs: number): void {
		allowance.sockets--;
		allowance.leftAtMs = nowMs;
	}

	/** Lets go of what is as good as new: without a socket for longer than any window lasts. */
	sweep(nowMs: number): void {
		for (const [participant, { sockets, leftAtMs }] of this.#byParticipant)
			if (sockets === 0 && nowMs - leftAtMs > WIRE_LIMITS.badFramesWindowMs)
				this.#byParticipant.delete(participant);
	}
}
