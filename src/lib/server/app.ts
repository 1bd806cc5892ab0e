import { randomUUID } from 'node:crypto';
import { isOver, isParticipant } from '$lib/meeting';
import type { Welcome } from '$lib/protocol';
import { done, refuse, type Result } from '$lib/result';
import { createAccounts, type Accounts } from './accounts';
import { createAuth } from './auth';
import type { Auth } from './auth/auth';
import { createBlocks, type Blocks } from './blocks';
import { createBus } from './bus';
import { createCounters, type Counters } from './counters';
import { isDatabaseAway, openDatabase } from './db';
import { createDoors, type Doors } from './doors';
import { readEnv, type Env } from './env';
import { createEphemeral } from './ephemeral';
import { createRateLimits, type RateLimits } from './ephemeral/rate-limits';
import { createFixes } from './fixes';
import { createFriends, type Friends } from './friends';
import { createGateway } from './gateway';
import { createHere, type Here } from './here';
import { createHistory, type History } from './history';
import { createIdempotency, type Idempotency } from './idempotency';
import { createInvites, type Invites } from './invites';
import { createLocations, type Locations } from './locations';
import { createLog, type Log } from './log';
import { createMeetings, type Meetings } from './meetings';
import { createPeople, type People } from './people';
import { createPlaces, type Places } from './places';
import { createPush, type Push } from './push';
import { createRequests, type Requests } from './requests';
import { openRedisLink } from './redis';
import { createRetention } from './retention';
import { createSnapshots } from './snapshot';
import { openUpgradePort } from './upgrade-port';
import { startWorker } from './worker';

export type { Account, Device } from './accounts';
export type { BlockView } from './blocks';
export type { PastMeeting } from './history';
export type { Invite } from './invites';
export type { SavedPlace } from './places';
export type { RequestAnswer, RequestView } from './requests';

export interface App {
	readonly env: Env;
	readonly log: Log;
	readonly auth: Auth;
	readonly people: People;
	readonly meetings: Meetings;
	readonly invites: Invites;
	readonly doors: Doors;
	readonly accounts: Accounts;
	readonly requests: Requests;
	readonly friends: Friends;
	readonly blocks: Blocks;
	readonly history: History;
	readonly places: Places;
	readonly push: Push;
	readonly here: Here;
	readonly locations: Locations;
	readonly idempotency: Idempotency;
	readonly limits: RateLimits;
	/** What was done since the start: plain numbers. */
	readonly counters: Counters;
	/** The whole state of a running meeting for one of its people. */
	snapshot(
		meetingId: string,
		personId: string,
	): Promise<Result<Welcome, 'NOT_FOUND' | 'NOT_A_PARTICIPANT' | 'MEETING_ENDED'>>;
	/** Which parts work right now. */
	components(): Promise<Record<string, boolean>>;
	/** Whether an error says no more than that the database can't be reached at the moment. */
	isDatabaseAway(error: unknown): boolean;
	/** The outcome of a use case, or UNAVAILABLE where the database is away; bugs go on as they came. */
	orAway<T>(work: Promise<T>): Promise<Result<T, 'UNAVAILABLE'>>;
	/** Milliseconds since 1970: the one clock of the server. */
	now(): number;
}

const KEY = Symbol.for('meetup.app');
const holder = globalThis as { [KEY]?: Promise<App> };

/**
 * The app of this process, built on the first call. It stands on `globalThis`, since `vite dev`
 * evaluates modules anew on every edit and the embedded database may be opened only once.
 */
export function getApp(): Promise<App> {
	holder[KEY] ??= buildApp().catch((error: unknown) => {
		// What was in the way may be gone the next time, as a second process on the data folder.
		delete holder[KEY];
		throw error;
	});
	return holder[KEY];
}

async function buildApp(): Promise<App> {
	const env = readEnv();
	const log = createLog(env.logLevel);
	const now = Date.now;
	const newId = randomUUID;
	const instanceId = newId();
	const counters = createCounters();

	const database = await openDatabase(env, log);
	const { db } = database;
	const push = await createPush({
		...{ db, log, now, newId, isDatabaseAway },
		dataDir: env.dataDir,
		origin: env.origin,
	}).catch(async (error: unknown) => {
		// Nothing else is open yet, and the next try must find the data folder free.
		await database.close();
		throw error;
	});
	const link =
		env.redisUrl === undefined
			? null
			: openRedisLink({ url: env.redisUrl, isCluster: env.isRedisCluster, log });
	const bus = createBus({ link, instanceId, log, counters });
	const ephemeral = createEphemeral({ link, now, log });
	const limits = createRateLimits({ link, log });
	const auth = createAuth(db, { jwt: env.jwt, now, newId });
	const people = createPeople({ db, now, newId });
	const meetings = createMeetings({ db, bus, ephemeral, now, newId, log });
	const invites = createInvites({ db, bus, now, newId, push });
	const doors = createDoors({ auth, people, meetings, invites });
	const snapshots = createSnapshots({ ephemeral, now });
	const fixes = createFixes({ bus, counters, now });
	const here = createHere({ meetings, bus, ephemeral, now });
	const locations = createLocations({ meetings, fixes, bus, ephemeral, counters, now });
	const accounts = createAccounts({ db, auth, bus, meetings, now, newId });
	const requests = createRequests({ db, bus, now, newId, push });
	const friends = createFriends({ db, now });
	const blocks = createBlocks({ db, bus, meetings, now });
	const history = createHistory({ db, now });
	const places = createPlaces({ db, now, newId });
	const idempotency = createIdempotency({ db, now });
	const retention = createRetention({ db, now });
	const gateway = createGateway({
		auth,
		meetings,
		requests,
		people,
		fixes,
		here,
		snapshots,
		bus,
		ephemeral,
		counters,
		isDatabaseAway,
		now,
		newId,
		log,
		origin: env.origin,
		doorLimits: { socketsPerAddress: env.socketsPerAddress },
	});
	const worker = startWorker({ meetings, requests, retention, log });

	let closing: Promise<void> | null = null;
	openUpgradePort({
		handleUpgrade: gateway.handleUpgrade,
		drain: gateway.close,
		close: () => (closing ??= close()),
	});

	async function close(): Promise<void> {
		const failures: unknown[] = [];
		// What follows is closed all the same: above all the database, whose folder would stay locked.
		for (const parts of [
			[worker.stop],
			[gateway.close],
			[push.close],
			[bus.close, ephemeral.close],
			[async () => link?.close()],
			[database.close],
		])
			for (const settled of await Promise.allSettled(parts.map(async (stop) => stop())))
				if (settled.status === 'rejected') failures.push(settled.reason);
		delete holder[KEY];
		if (failures.length > 0) throw failures[0];
	}

	return {
		env,
		log,
		auth,
		people,
		meetings,
		invites,
		doors,
		accounts,
		requests,
		friends,
		blocks,
		history,
		places,
		push,
		here,
		locations,
		idempotency,
		limits,
		counters,
		now,
		isDatabaseAway,
		async orAway(work) {
			try {
				return done(await work);
			} catch (error) {
				if (isDatabaseAway(error)) return refuse('UNAVAILABLE');
				throw error;
			}
		},
		async snapshot(meetingId, personId) {
			const view = await meetings.find(meetingId);
			if (!view) return refuse('NOT_FOUND');
			if (!isParticipant(view.meeting, personId)) return refuse('NOT_A_PARTICIPANT');
			if (isOver(view.meeting, now())) return refuse('MEETING_ENDED');
			return done(await snapshots.snapshot(view, personId));
		},
		async components() {
			return {
				database: await database.isUp(),
				bus: bus.isUp(),
				ephemeral: ephemeral.isUp(),
				gateway: closing === null && gateway.isOpen(),
			};
		},
	};
}
