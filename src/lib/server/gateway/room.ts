import { serverFrame } from '$lib/protocol';
import {
	meetingChannel,
	type Bus,
	type BusEvent,
	type Channel,
	type Heard,
	type RelayedFix,
} from '$lib/server/bus';
import { fixFrame } from '$lib/server/fix-frames';
import type { Connection } from './connection';

export interface RoomDeps {
	readonly bus: Bus;
	readonly now: () => number;
	/** The meeting is over: whatever this instance still remembers of it goes. */
	readonly onEnded: (meetingId: string) => void;
	/** Somebody's seat was taken away: the same of him. */
	readonly onRemoved: (meetingId: string, personId: string) => void;
	/** Somebody who is here was called offline elsewhere. */
	readonly onWronglyOffline: (connection: Connection) => void;
}

/** Claims this close to one another were made without knowing of each other. */
const RACE_MS = 2_000;
/** What is older than this was written where everybody can read it. */
const UNWRITTEN_MS = 5_000;

/** One meeting in this process: who of it is connected here, and the ear on its channel. */
export class Room {
	readonly channel: Channel;
	/** Resolves when nothing of the channel is missed any more. */
	readonly ready: Promise<void>;
	/** The meeting's end time, as far as it was heard or read. */
	expiresAtMs = 0;
	/** Who has a seat, as far as it was heard or read. */
	participantIds: readonly string[] = [];

	readonly #members = new Map<string, Connection>();
	readonly #subscribed: Promise<() => void>;

	constructor(
		readonly meetingId: string,
		private readonly deps: RoomDeps,
	) {
		this.channel = meetingChannel(meetingId);
		this.#subscribed = deps.bus.subscribe(this.channel, (event) => this.#hear(event));
		this.ready = this.#subscribed.then(() => {});
	}

	get isEmpty(): boolean {
		return this.#members.size === 0;
	}

	get members(): Iterable<Connection> {
		return this.#members.values();
	}

	has(personId: string): boolean {
		return this.#members.has(personId);
	}

	/** The newest connection of a person is the one that counts: here and on every other server. */
	enter(connection: Connection): void {
		const older = this.#members.get(connection.personId);
		this.#members.set(connection.personId, connection);
		older?.close('replaced');
		this.#claim(connection);
	}

	/** Servers that did not hear one another may each have a socket of one person: the later one stays. */
	claimAgain(connection: Connection): void {
		this.#claim(connection, true);
	}

	/** Whether the person has left with it: a connection that was replaced takes nobody along. */
	leave(connection: Connection): boolean {
		if (this.#members.get(connection.personId) !== connection) return false;
		return this.#members.delete(connection.personId);
	}

	/** An end time only ever moves on: what was read before an extension was heard changes nothing. */
	learnEnd(expiresAtMs: number): void {
		this.expiresAtMs = Math.max(this.expiresAtMs, expiresAtMs);
	}

	learnPeople(participantIds: readonly string[]): void {
		this.participantIds = participantIds;
	}

	async close(): Promise<void> {
		(await this.#subscribed)();
	}

	#claim({ personId, id, openedAtMs }: Connection, isAgain = false): void {
		this.deps.bus.publish(this.channel, {
			kind: 'replaced',
			personId,
			connectionId: id,
			openedAtMs,
			...(isAgain && { isAgain }),
		});
	}

	#hear(event: Heard): void {
		if (event.kind === 'fix') this.#relay(event);
		else if (event.kind === 'said') this.#deliver(event);
		else if (event.kind === 'replaced') this.#judgeClaim(event);
		else if (event.kind === 'listener_came') this.#bringUpToDate(event.instanceId);
	}

	/** The hot path: the frame is written already. */
	#relay({ personId, frame }: RelayedFix): void {
		const nowMs = this.deps.now();
		for (const connection of this.#members.values())
			if (connection.personId !== personId && connection.seesOthers(nowMs))
				connection.pushFix(frame, personId);
	}

	#deliver({ message, exceptPersonId }: Extract<BusEvent, { kind: 'said' }>): void {
		if (message.type === 'session_updated') this.learnEnd(Date.parse(message.payload.expires_at));
		if (message.type === 'presence_update' && message.payload.participant)
			this.participantIds = [...this.participantIds, message.payload.user_id];
		const removed = message.type === 'participant_removed' ? message.payload.user_id : undefined;
		if (removed !== undefined)
			this.participantIds = this.participantIds.filter((id) => id !== removed);
		// Before the sockets: what leaves with them must find nothing to write any more.
		if (message.type === 'session_ended') this.deps.onEnded(this.meetingId);
		if (removed !== undefined) this.deps.onRemoved(this.meetingId, removed);
		let frame: string | undefined; // written once for everybody, and only if somebody gets it
		for (const connection of this.#members.values()) {
			if (connection.personId === exceptPersonId || connection.personId === removed) continue;
			frame ??= serverFrame(message);
			if (message.type === 'session_ended') connection.end(frame);
			else connection.push(frame);
		}
		// His own word is the goodbye: nothing that is said after this reaches him.
		if (removed !== undefined) this.#members.get(removed)?.close('removed');
		if (message.type === 'presence_update' && message.payload.status === 'offline') {
			const connection = this.#members.get(message.payload.user_id);
			if (connection) this.deps.onWronglyOffline(connection);
		}
	}

	/** The latest fixes may be on their way to where that instance reads them: it gets them by itself. */
	#bringUpToDate(instanceId: string): void {
		const sinceMs = this.deps.now() - UNWRITTEN_MS;
		for (const { personId, lastFix } of this.#members.values())
			if (lastFix !== null && Date.parse(lastFix.server_time) >= sinceMs)
				this.deps.bus.relayTo(instanceId, this.channel, {
					kind: 'fix',
					personId,
					frame: fixFrame(personId, lastFix),
				});
	}

	/**
	 * The newcomer wins. Only where two servers each got a socket of one person at the same time both must
	 * find the same one newer; over longer times their clocks are not trusted to say who came last, unless
	 * there is nothing else to go by.
	 */
	#judgeClaim(claim: Extract<BusEvent, { kind: 'replaced' }>): void {
		const own = this.#members.get(claim.personId);
		if (own === undefined || own.id === claim.connectionId) return;
		const aheadMs = own.openedAtMs - claim.openedAtMs;
		const isRace = claim.isAgain === true || Math.abs(aheadMs) < RACE_MS;
		if (!isRace || aheadMs < 0 || (aheadMs === 0 && own.id < claim.connectionId))
			own.close('replaced');
		else this.#claim(own, claim.isAgain); // the other one has not heard of this newer socket
	}
}
