import { isOvertaken, openWindow, pressHere, type HereWindow } from '$lib/meeting';
import { fieldsFromWire } from '$lib/protocol/fix-fields';
import type { Log } from '$lib/server/log';
import type { RedisLink } from '$lib/server/redis';
import { EPHEMERAL_TTL_MS, type Ephemeral, type Trace } from './ephemeral';
import { createFixWrites, type FixWrite } from './fix-writes';
import { createMemoryEphemeral, withoutOldFix } from './memory';
import { withScripts } from './redis-scripts';
import { createTraceWrites, type MeetingFields } from './trace-writes';
import { readTraces, readWindow, TRACE_PARTS, writtenTrace, type TracePart } from './redis-values';

export interface RedisOptions {
	readonly link: RedisLink;
	readonly now: () => number;
	readonly log: Log;
	readonly prefix?: string;
}

const UNKNOWN: Trace = { fix: null, sharing: null, routeMode: null, presence: null };
/** Deletions that are owed to a Redis that is away. */
const OWED_MAX = 10_000;
/** Tries to write a window that others keep changing; with two seats two are enough. */
const PRESS_TRIES = 10;

/**
 * In Redis: one hash per meeting and one string for its window, all keys of a meeting in one slot. A
 * memory of this instance's own people runs along: while Redis is away they go on with that.
 */
export function createRedisEphemeral({
	link,
	now,
	log,
	prefix = 'meetup:',
}: RedisOptions): Ephemeral {
	const redis = withScripts(link.commands);
	const own = createMemoryEphemeral({ now });
	/** By meeting, or meeting and person. */
	const owed = new Map<string, () => Promise<unknown>>();
	const fixes = createFixWrites((meetingId, personId, fix) =>
		// Written up to a second late: its person may be on another server by then.
		write(meetingId, 'fix', personId, fix, Date.parse(fix.server_time)),
	);
	const writes = createTraceWrites((meetings) => {
		// In a cluster they lie in different slots, each with a script of its own.
		for (const together of link.isCluster ? meetings.map((meeting) => [meeting]) : [meetings])
			send(together);
	});
	let closed = false;

	redis.on('ready', () => {
		for (const [what, command] of owed) void erase(what, command);
	});

	/** Key names: traces, window, tombstone. The braces keep them in one slot of a cluster. */
	function keys(meetingId: string): [string, string, string] {
		const meeting = `${prefix}{${meetingId}}`;
		return [`${meeting}:traces`, `${meeting}:here`, `${meeting}:gone`];
	}

	/** @param atMs where of two the later one is to stand, whichever comes last */
	function write(
		meetingId: string,
		part: TracePart,
		personId: string,
		value: object,
		atMs: number | null = null,
	): void {
		if (redis.status === 'ready')
			writes.add(meetingId, `${part}:${personId}`, writtenTrace(value, atMs));
	}

	function send(meetings: readonly MeetingFields[]): void {
		if (redis.status !== 'ready') return;
		const keyNames = meetings.flatMap(({ meetingId }) => {
			const [traces, , gone] = keys(meetingId);
			return [traces, gone];
		});
		const words = meetings.flatMap(({ fields }) => [2 * fields.size, ...[...fields].flat()]);
		redis.keepTraces(keyNames.length, ...keyNames, EPHEMERAL_TTL_MS, ...words).catch(lost('keep'));
	}

	/** What this instance heard last, where Redis lost it or never got it. */
	function withLatestWords(meetingId: string, traces: Map<string, Trace>): Map<string, Trace> {
		for (const [personId, { sharing }] of own.recalled(meetingId)) {
			const there = traces.get(personId) ?? UNKNOWN;
			if (sharing && !isOvertaken(sharing, there.sharing))
				traces.set(personId, { ...there, sharing });
		}
		return traces;
	}

	async function erase(what: string, command: () => Promise<unknown>): Promise<void> {
		try {
			if (redis.status !== 'ready') throw new Error('redis is away');
			await command();
			owed.delete(what);
		} catch (error) {
			lost('forget')(error);
			if (owed.size < OWED_MAX) owed.set(what, command);
		}
	}

	function lost(type: string): (error: unknown) => void {
		return (error) => {
			if (!closed) log.debug({ type, error }, 'ephemeral_command_lost');
		};
	}

	/** Asks Redis, or this instance's own memory where Redis does not answer. */
	async function ask<T>(type: string, inRedis: () => Promise<T>, instead: () => Promise<T>) {
		if (redis.status !== 'ready') return instead();
		try {
			return await inRedis();
		} catch (error) {
			lost(type)(error);
			return instead();
		}
	}

	return {
		keepFix(meetingId, personId, fix) {
			const keeper = own.fixKeeper(meetingId, personId);
			keeper.keep(fieldsFromWire(fix), Date.parse(fix.server_time));
			fixes.note(meetingId, personId, keeper, null);
		},
		fixKeeper(meetingId, personId) {
			const keeper = own.fixKeeper(meetingId, personId);
			let write: FixWrite | null = null;
			return {
				keep(fix, receivedAtMs) {
					keeper.keep(fix, receivedAtMs);
					write = fixes.note(meetingId, personId, keeper, write);
				},
				latest: () => keeper.latest(),
			};
		},
		keepSharing(meetingId, personId, sharing) {
			own.keepSharing(meetingId, personId, sharing);
			write(meetingId, 'sharing', personId, sharing, sharing.saidAtMs ?? 0);
		},
		keepRouteMode(meetingId, personId, mode) {
			own.keepRouteMode(meetingId, personId, mode);
			write(meetingId, 'mode', personId, { mode });
		},
		keepPresence(meetingId, personId, presence) {
			own.keepPresence(meetingId, personId, presence);
			write(meetingId, 'presence', personId, presence);
		},
		traces(meetingId) {
			return ask<ReadonlyMap<string, Trace>>(
				'traces',
				async () => {
					writes.flush();
					const traces = readTraces(await redis.hgetall(keys(meetingId)[0]));
					for (const [personId, fix] of fixes.waiting(meetingId)) {
						const trace = traces.get(personId);
						if (trace) traces.set(personId, { ...trace, fix });
					}
					for (const [personId, trace] of traces) traces.set(personId, withoutOldFix(trace, now()));
					return withLatestWords(meetingId, traces);
				},
				() => own.traces(meetingId),
			);
		},
		pressHere(meetingId, personId, press, nowMs) {
			return ask<HereWindow>(
				'press',
				async () => {
					const [, here, gone] = keys(meetingId);
					for (let tries = 0; tries < PRESS_TRIES; tries++) {
						const before = (await redis.get(here)) ?? '';
						const window = pressHere(readWindow(before), personId, press, nowMs);
						const after = JSON.stringify(window);
						// Rules M15 and M16 stay in lib/meeting: Redis only compares and sets.
						if (await redis.swapWindow(here, gone, before, after, EPHEMERAL_TTL_MS)) return window;
					}
					throw new Error('the window of "I\'m here" never held still');
				},
				() => own.pressHere(meetingId, personId, press, nowMs),
			);
		},
		hereWindow(meetingId, nowMs) {
			return ask(
				'window',
				async () => openWindow(readWindow(await redis.get(keys(meetingId)[1])), nowMs),
				() => own.hereWindow(meetingId, nowMs),
			);
		},
		async closeHere(meetingId) {
			await own.closeHere(meetingId);
			await ask(
				'close',
				() => redis.del(keys(meetingId)[1]),
				async () => 0,
			);
		},
		letGo(meetingId) {
			// While Redis is away this process alone remembers, for whoever comes back to it.
			if (redis.status !== 'ready') return;
			fixes.flush(meetingId);
			writes.flush();
			own.drop(meetingId);
		},
		async forget(meetingId) {
			fixes.forget(meetingId);
			writes.forget(meetingId);
			await own.forget(meetingId);
			const [traces, here, gone] = keys(meetingId);
			await erase(meetingId, () => redis.eraseMeeting(traces, here, gone, EPHEMERAL_TTL_MS));
		},
		async forgetPerson(meetingId, personId) {
			fixes.forget(meetingId, personId);
			writes.forget(meetingId, `:${personId}`);
			await own.forgetPerson(meetingId, personId);
			const [traces, here] = keys(meetingId);
			const fields = TRACE_PARTS.map((part) => `${part}:${personId}`);
			await erase(`${meetingId} ${personId}`, () =>
				Promise.all([redis.hdel(traces, ...fields), redis.del(here)]),
			);
		},
		isUp: link.isUp,
		async close() {
			fixes.flush();
			fixes.close();
			writes.flush();
			closed = true;
			await own.close();
		},
	};
}
