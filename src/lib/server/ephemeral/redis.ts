import { isOvertaken, openWindow, pressHere, type HereWindow } from '$lib/meeting';
import { fieldsFromWire } from '$lib/protocol/fix-fields';
import type { Log } from '$lib/server/log';
import type { RedisLink } from '$lib/server/redis';
import { createAsking } from './asking';
import { EPHEMERAL_TTL_MS, type Ephemeral, type Trace } from './ephemeral';
import { createFixWrites, type FixWrite } from './fix-writes';
import { createMemoryEphemeral, withoutOldFix } from './memory';
import { createOwed } from './owed';
import { withScripts } from './redis-scripts';
import { ifLater, inAnyCase, readTraces, readWindow, TRACE_PARTS } from './redis-values';
import { createRestore } from './restore';
import { createTraceWrites, type MeetingFields } from './trace-writes';

export interface RedisOptions {
	readonly link: RedisLink;
	readonly now: () => number;
	readonly log: Log;
	readonly prefix?: string;
}

/** Beyond it what is known of a meeting goes by its own time. */
const DEPARTED_MAX = 10_000;
const UNKNOWN: Trace = { fix: null, sharing: null, routeMode: null, presence: null };
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
	const asking = createAsking(redis);
	const owed = createOwed({ erase, now });
	const restore = createRestore({ own, write: (meeting, ttlMs) => write([meeting], ttlMs) });
	/** Everybody left them while Redis did not answer: what is known of them it gets when it does. */
	const departed = new Set<string>();
	const fixes = createFixWrites((meetingId, personId, fix) =>
		// Written up to a second late: its person may be on another server by then.
		keep(meetingId, `fix:${personId}`, ifLater(fix, Date.parse(fix.server_time))),
	);
	const writes = createTraceWrites((meetings) => {
		// In a cluster they lie in different slots, each with a command of its own.
		const commands = link.isCluster ? meetings.map((meeting) => [meeting]) : [meetings];
		return Promise.all(
			commands.map((together) => write(together, EPHEMERAL_TTL_MS).catch(lost('keep'))),
		);
	});
	let closed = false;

	asking.onBack(() => void makeUp().catch(lost('restore')));

	/** What had to be forgotten goes first: it must not be taken for something that was lost. */
	async function makeUp(): Promise<void> {
		await owed.settle();
		await restore();
		for (const meetingId of departed) own.drop(meetingId);
		departed.clear();
	}

	/** Key names: traces, window, tombstone. The braces keep them in one slot of a cluster. */
	function keys(meetingId: string): [string, string, string] {
		const meeting = `${prefix}{${meetingId}}`;
		return [`${meeting}:traces`, `${meeting}:here`, `${meeting}:gone`];
	}

	function keep(meetingId: string, field: string, written: string): void {
		if (asking.isAnswered()) writes.add(meetingId, field, written);
	}

	async function write(meetings: readonly MeetingFields[], ttlMs: number): Promise<unknown> {
		const keyNames = meetings.flatMap(({ meetingId }) => {
			const [traces, , gone] = keys(meetingId);
			return [traces, gone];
		});
		const words = meetings.flatMap(({ fields }) => [2 * fields.size, ...[...fields].flat()]);
		return asking.ask(() => redis.keepTraces(keyNames.length, ...keyNames, ttlMs, ...words));
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

	async function erase(meetingId: string, personId: string | null): Promise<unknown> {
		const [traces, here, gone] = keys(meetingId);
		if (personId === null)
			return asking.ask(() => redis.eraseMeeting(traces, here, gone, EPHEMERAL_TTL_MS));
		const fields = TRACE_PARTS.map((part) => `${part}:${personId}`);
		return asking.ask(() => Promise.all([redis.hdel(traces, ...fields), redis.del(here)]));
	}

	async function eraseOrOwe(meetingId: string, personId: string | null): Promise<void> {
		try {
			await erase(meetingId, personId);
		} catch (error) {
			lost('forget')(error);
			owed.add(meetingId, personId);
		}
	}

	function lost(type: string): (error: unknown) => void {
		return (error) => {
			if (!closed) log.debug({ type, error }, 'ephemeral_command_lost');
		};
	}

	/** Asks Redis, or this instance's own memory where Redis does not answer. */
	async function ask<T>(type: string, inRedis: () => Promise<T>, instead: () => Promise<T>) {
		try {
			return await asking.ask(inRedis);
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
			let before: FixWrite | null = null;
			return {
				keep(fix, receivedAtMs) {
					keeper.keep(fix, receivedAtMs);
					before = fixes.note(meetingId, personId, keeper, before);
				},
				latest: () => keeper.latest(),
			};
		},
		keepSharing(meetingId, personId, sharing) {
			own.keepSharing(meetingId, personId, sharing);
			keep(meetingId, `sharing:${personId}`, ifLater(sharing, sharing.saidAtMs ?? 0));
		},
		keepRouteMode(meetingId, personId, mode) {
			own.keepRouteMode(meetingId, personId, mode);
			keep(meetingId, `mode:${personId}`, inAnyCase({ mode }, now()));
		},
		keepPresence(meetingId, personId, presence) {
			own.keepPresence(meetingId, personId, presence);
			if (presence.connectionId !== null) departed.delete(meetingId);
			keep(meetingId, `presence:${personId}`, inAnyCase(presence, presence.lastSeenAtMs));
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
					for (let tries = 0; tries < PRESS_TRIES && asking.isAnswered(); tries++) {
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
		flush(meetingId, personId) {
			const fix = fixes.waiting(meetingId).get(personId);
			fixes.forget(meetingId, personId);
			if (fix) keep(meetingId, `fix:${personId}`, ifLater(fix, Date.parse(fix.server_time)));
		},
		letGo(meetingId) {
			fixes.flush(meetingId);
			writes.flush();
			// While Redis is away this process alone remembers, for whoever comes back to it.
			if (asking.isAnswered()) own.drop(meetingId);
			else if (departed.size < DEPARTED_MAX) departed.add(meetingId);
		},
		async forget(meetingId) {
			fixes.forget(meetingId);
			writes.forget(meetingId);
			await own.forget(meetingId);
			departed.delete(meetingId);
			await eraseOrOwe(meetingId, null);
		},
		async forgetPerson(meetingId, personId) {
			fixes.forget(meetingId, personId);
			writes.forget(meetingId, `:${personId}`);
			await own.forgetPerson(meetingId, personId);
			await eraseOrOwe(meetingId, personId);
		},
		isUp: link.isUp,
		async close() {
			fixes.flush();
			fixes.close();
			writes.flush();
			await asking.close();
			closed = true;
			await own.close();
		},
	};
}
