import { createCounters, type Counters } from '$lib/server/counters';
import type { Log } from '$lib/server/log';
import type { RedisLink } from '$lib/server/redis';
import { createAttempt } from './attempt';
import { createBatches } from './batches';
import { readBusEvent, type Bus, type BusWatcher, type Channel } from './bus';
import { Holders } from './holders';
import { createListeners } from './listeners';
import { createSubscriptions } from './subscriptions';
import {
	ALIVE,
	BACK,
	BYE,
	EVERYBODY,
	fixRecord,
	instanceChannel,
	isChannel,
	isRecord,
	joinRecords,
	LEAVES,
	LISTENS,
	listensRecord,
	readRecords,
	splitText,
} from './wire';

export interface RedisBusOptions {
	readonly link: RedisLink;
	readonly instanceId: string;
	readonly log: Log;
	readonly counters?: Pick<Counters, 'redisPublishes'>;
	/** Before every channel's name, where several apps share one Redis. */
	readonly prefix?: string;
	/** Between two signs of life; an instance that gave none for three times as long is gone. */
	readonly aliveEveryMs?: number;
}

/**
 * So much may be unanswered, and for no longer than a command may take: beyond that Redis hangs, and
 * events are let go.
 */
const IN_FLIGHT_MAX = 10_000;
const IN_FLIGHT_MAX_CHARS = 8 * 1024 * 1024;
/** Meetings that are named to the others at a time: all at once would be more than may be in flight. */
const NAMED_AT_A_TIME = 1_000;
const ALIVE_EVERY_MS = 2_500;

/**
 * The bus over Redis. Nothing is queued while Redis is away: a relay has no use for late news; what was
 * missed is read anew when it is back.
 */
export function createRedisBus({
	link,
	instanceId,
	log,
	counters = createCounters(),
	prefix = '',
	aliveEveryMs = ALIVE_EVERY_MS,
}: RedisBusOptions): Bus {
	const { ear, commands } = link;
	const listeners = createListeners(log);
	const holders = new Holders();
	const batches = createBatches((to, records) => {
		void say(instanceChannel(to), joinRecords(records));
	});
	const watchers: BusWatcher[] = [];
	const own = `${instanceId} `;
	const inbox = instanceChannel(instanceId);
	let inFlight = 0;
	let inFlightChars = 0;
	let closed = false;
	let hasBeenUp = false;
	/** Somebody was served without Redis before it was there for the first time. */
	let hasBeenAlone = false;
	/** Redis left something unanswered: until a sign of life is answered nothing else is said. */
	let isStuck = false;
	let attempt = createAttempt();
	let checkedAtMs = performance.now();
	let naming = {};
	const subscriptions = createSubscriptions({
		ear,
		isWanted: (name) => !closed && isWanted(name.slice(prefix.length)),
		onLost: lost('subscribe'),
		onLate: tellBack,
	});

	ear.on('connecting', () => {
		if (attempt.isOver) attempt = createAttempt();
	});
	ear.on('close', () => attempt.end());
	ear.on('ready', () => {
		const ready = attempt;
		const names = [inbox, EVERYBODY, ...listeners.channels()].map((name) => prefix + name);
		void subscriptions.addAll(names).then(() => {
			ready.end();
			if (attempt === ready) comeBack();
		});
	});
	commands.on('ready', () => {
		isStuck = false; // what was not answered went with the connection before
		if (attempt.isOver) comeBack();
	});
	ear.onMessage((name, text) => {
		if (text.startsWith(own) || !name.startsWith(prefix)) return;
		hear(name.slice(prefix.length), text);
	});
	const alive = setInterval(giveSignOfLife, aliveEveryMs).unref();

	function isWanted(name: string): boolean {
		return name === inbox || name === EVERYBODY || (isChannel(name) && listeners.has(name));
	}

	/** Both ways are open, again or for the first time, and nothing that is said from now on is missed. */
	function comeBack(): void {
		if (closed || !ear.isReady || commands.status !== 'ready') return;
		isStuck = false;
		holders.forgive(performance.now());
		// What one of two missed the other one said in vain: both look anew.
		const isBack = hasBeenUp || hasBeenAlone;
		void say(EVERYBODY, isBack ? BACK : ALIVE);
		void nameAll((naming = {}));
		if (isBack) tellBack();
		hasBeenUp = true;
	}

	/** Until the next time: Redis may be away and back before all are named. */
	async function nameAll(turn: object): Promise<void> {
		const shared = listeners.channels().filter(isShared);
		for (let start = 0; start < shared.length && turn === naming; start += NAMED_AT_A_TIME) {
			const some = shared.slice(start, start + NAMED_AT_A_TIME);
			await Promise.all(
				some.map(async (channel) => (listeners.has(channel) ? say(channel, LISTENS) : null)),
			);
		}
	}

	function tellBack(): void {
		for (const watcher of watchers) watcher.onBack?.();
	}

	function hear(name: string, text: string): void {
		const { from, said } = splitText(text);
		holders.heard(from, performance.now());
		if (name === EVERYBODY) {
			if (said === BYE) forgetInstance(from);
			else if (said === BACK) tellBack();
		} else if (name === inbox) hearRecords(from, said);
		else if (isChannel(name)) hearChannel(from, name, said);
	}

	function hearChannel(from: string, channel: Channel, said: string): void {
		if (said === LEAVES) holders.remove(from, channel);
		else if (said === LISTENS) {
			learn(from, channel);
			// Whoever came asks who else is there.
			if (listeners.has(channel)) batches.add(from, listensRecord(channel));
		} else if (isRecord(said)) hearRecords(from, said);
		else {
			const event = readBusEvent(said);
			if (event) listeners.tell(channel, event);
		}
	}

	function hearRecords(from: string, said: string): void {
		for (const record of readRecords(said))
			if (record.kind === 'fix') listeners.tell(record.channel, record);
			else learn(from, record.channel);
	}

	function learn(who: string, channel: Channel): void {
		if (listeners.has(channel) && holders.add(who, channel, performance.now()))
			listeners.tell(channel, { kind: 'listener_came', instanceId: who });
	}

	function giveSignOfLife(): void {
		if (commands.status === 'ready') void send(EVERYBODY, ALIVE);
		const nowMs = performance.now();
		// A process that stood still, or could not hear anybody, has no right to call others gone.
		const hasListened = nowMs - checkedAtMs < 2 * aliveEveryMs && link.isUp();
		checkedAtMs = nowMs;
		if (!hasListened) holders.forgive(nowMs);
		for (const silent of holders.silentFor(3 * aliveEveryMs, nowMs)) forgetInstance(silent);
	}

	function forgetInstance(who: string): void {
		const channels = holders.forget(who);
		batches.forget(who);
		if (channels.length > 0)
			for (const watcher of watchers) watcher.onInstanceGone?.(who, channels);
	}

	/** Settles when Redis has answered or is not waited for any more. */
	function say(name: string, text: string): Promise<void> | null {
		if (isStuck || commands.status !== 'ready') return null;
		if (inFlight >= IN_FLIGHT_MAX || inFlightChars >= IN_FLIGHT_MAX_CHARS) return null;
		return send(name, text);
	}

	function send(name: string, text: string): Promise<void> {
		counters.redisPublishes++;
		inFlight++;
		inFlightChars += text.length;
		const settled = () => {
			inFlight--;
			inFlightChars -= text.length;
		};
		return link.publish(prefix + name, own + text).then(
			() => {
				settled();
				if (isStuck) comeBack();
			},
			(error: unknown) => {
				settled();
				// Not answered is not gone: the bytes may still wait in the socket.
				isStuck = true;
				logLost(error);
			},
		);
	}

	/** A command that a breaking connection swallowed: `ready` makes up for it. */
	function lost(type: string): (error: unknown) => void {
		return (error) => {
			if (!closed) log.debug({ type, error }, 'bus_command_lost');
		};
	}
	const logLost = lost('publish');

	return {
		instanceId,
		publish(channel, event) {
			listeners.tell(channel, event);
			batches.flush();
			void say(channel, JSON.stringify(event));
		},
		relay(channel, fix) {
			listeners.tell(channel, fix);
			const others = holders.of(channel);
			if (others !== undefined) {
				const record = fixRecord(channel, fix.personId, fix.frame);
				for (const other of others) batches.add(other, record);
			} else if (!listeners.has(channel))
				// A call by HTTP where nobody of the meeting is connected: who listens elsewhere is not known here.
				void say(channel, fixRecord(channel, fix.personId, fix.frame));
		},
		relayTo(other, channel, fix) {
			batches.add(other, fixRecord(channel, fix.personId, fix.frame));
		},
		async subscribe(channel, listener) {
			const isFirst = !listeners.has(channel);
			const entry = listeners.add(channel, listener);
			// Asked for even when another listener already did: commands of one connection are answered in
			// order, so this answer says that the first one's was given, too. That closes the race between
			// joining, leaving and joining again without any state of our own.
			if (ear.isReady) {
				await subscriptions.add(prefix + channel);
				if (isFirst && isShared(channel) && listeners.has(channel)) void say(channel, LISTENS);
			} else if (ear.isConnecting) await attempt.over;
			if (!ear.isReady) hasBeenAlone = true;
			return () => {
				if (!entry.remove() || closed) return;
				holders.drop(channel);
				if (!ear.isReady) return;
				// An answer that it listens may still wait: that must not come after its goodbye.
				batches.flush();
				if (isShared(channel)) void say(channel, LEAVES);
				void ear.unsubscribe(prefix + channel).catch(lost('unsubscribe'));
			};
		},
		isListening: (channel) => listeners.has(channel),
		watch: (watcher) => void watchers.push(watcher),
		isUp: link.isUp,
		async close() {
			if (closed) return;
			batches.flush();
			void say(EVERYBODY, BYE);
			closed = true;
			clearInterval(alive);
			batches.close();
			listeners.clear();
			holders.clear();
			watchers.length = 0;
		},
	};
}

/** Fixes go by the channels of meetings; a person's channel has nothing that comes often. */
function isShared(channel: Channel): boolean {
	return channel.startsWith('session:');
}
