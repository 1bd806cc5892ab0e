import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { addressSubject } from '$lib/server/ephemeral/address-subject';
import { TokenBucket } from './rate';
import { tooMany, UNAVAILABLE, type UpgradeRefused } from './refusals';

/** What strangers may take of this server before anybody knows who they are. */
export interface DoorLimits {
	/** Open sockets of one address. Behind a carrier's NAT it stands for hundreds of people. */
	readonly socketsPerAddress: number;
	/** Upgrades that are being looked up at the same time: of one address, and of all. */
	readonly judgedPerAddress: number;
	readonly judgedInAll: number;
}

export const DOOR_LIMITS: DoorLimits = {
	socketsPerAddress: 500,
	judgedPerAddress: 100,
	judgedInAll: 1_000,
};

/** After a restart every socket of an address returns at once, and some need a second try. */
export const ATTEMPTS_PER_SOCKET = 2;
const MINUTE_S = 60;
/** So many addresses are remembered by their attempts; then the oldest one is forgotten. */
const REMEMBERED_MAX = 20_000;

/** Counts who comes and who is inside, in the memory of this process. */
export class Door {
	readonly #open = new Tally();
	readonly #judged = new Tally();
	readonly #people = new Tally();
	readonly #attempts = new Map<string, TokenBucket>();

	constructor(
		private readonly limits: DoorLimits,
		private readonly now: () => number,
	) {}

	/** How many addresses and people are remembered: nothing here may grow without end. */
	get size(): number {
		return this.#open.size + this.#judged.size + this.#people.size + this.#attempts.size;
	}

	/** Why its address may not have one more; null: it has, until the socket closes (rule P8). */
	refusal(request: IncomingMessage, socket: Duplex): UpgradeRefused | null {
		const address = addressOf(request);
		const waitMs = this.#attemptsOf(address).take(this.now());
		if (waitMs > 0)
			return tooMany('too many attempts come from your address', Math.ceil(waitMs / 1000));
		const { socketsPerAddress, judgedPerAddress, judgedInAll } = this.limits;
		if (this.#open.of(address) >= socketsPerAddress)
			return tooMany('too many sockets are open from your address', 30);
		if (this.#judged.of(address) >= judgedPerAddress)
			return tooMany('too many attempts come from your address at once', 1);
		if (this.#judged.total >= judgedInAll) return UNAVAILABLE;
		holdWhileOpen(socket, this.#open.add(address));
		return null;
	}

	/**
	 * Counts a look-up until it settles, also where its answer is not waited for any more: what hangs in
	 * the database is there all the same.
	 */
	async judged<T>(request: IncomingMessage, lookUp: () => Promise<T>): Promise<T> {
		const settled = this.#judged.add(addressOf(request));
		try {
			return await lookUp();
		} finally {
			settled();
		}
	}

	/** Whether somebody has so many sockets of a kind; if not, one more is his until it closes. */
	isFull(person: string, max: number, socket: Duplex): boolean {
		if (this.#people.of(person) >= max) return true;
		holdWhileOpen(socket, this.#people.add(person));
		return false;
	}

	/** Lets go of addresses whose attempts are as good as none. */
	sweep(): void {
		const nowMs = this.now();
		for (const [address, attempts] of this.#attempts)
			if (attempts.isFull(nowMs)) this.#attempts.delete(address);
	}

	#attemptsOf(address: string): TokenBucket {
		const known = this.#attempts.get(address);
		if (known) return known;
		const perMinute = this.limits.socketsPerAddress * ATTEMPTS_PER_SOCKET;
		const attempts = new TokenBucket(perMinute / MINUTE_S, perMinute, this.now());
		const [oldest] = this.#attempts.keys();
		if (oldest !== undefined && this.#attempts.size >= REMEMBERED_MAX)
			this.#attempts.delete(oldest);
		this.#attempts.set(address, attempts);
		return attempts;
	}
}

/** How many there are of something, by name and in all. */
class Tally {
	readonly #counts = new Map<string, number>();
	total = 0;

	get size(): number {
		return this.#counts.size;
	}

	of(name: string): number {
		return this.#counts.get(name) ?? 0;
	}

	/** One more, until what is returned is called. */
	add(name: string): () => void {
		this.#counts.set(name, this.of(name) + 1);
		this.total++;
		return () => {
			this.total--;
			const left = this.of(name) - 1;
			if (left > 0) this.#counts.set(name, left);
			else this.#counts.delete(name);
		};
	}
}

/** A socket that is gone already says so to nobody any more. */
function holdWhileOpen(socket: Duplex, release: () => void): void {
	if (socket.destroyed) release();
	else socket.once('close', release);
}

/** `x-meetup-client-address` is written by the process itself for every request, over whatever came. */
function addressOf({ headers, socket }: IncomingMessage): string {
	const told = headers['x-meetup-client-address'];
	return addressSubject(typeof told === 'string' ? told : (socket.remoteAddress ?? ''));
}
