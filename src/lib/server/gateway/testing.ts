import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Meeting, Person, PublicPerson } from '$lib/meeting';
import { transition } from '$lib/meeting';
import { readInboxFrame, readServerFrame, type InboxMessage } from '$lib/protocol';
import { done, refuse } from '$lib/result';
import type { Auth, Login } from '$lib/server/auth/auth';
import type { Bus } from '$lib/server/bus';
import { createMemoryHub } from '$lib/server/bus/memory';
import { createCounters, type Counters } from '$lib/server/counters';
import type { Ephemeral } from '$lib/server/ephemeral';
import { createMemoryEphemeral } from '$lib/server/ephemeral/memory';
import { createFixes } from '$lib/server/fixes';
import { createHere } from '$lib/server/here';
import { SILENT } from '$lib/server/log';
import { newsOf, tell } from '$lib/server/meeting-news';
import type { Meetings } from '$lib/server/meetings';
import type { RequestView } from '$lib/server/requests';
import { createSnapshots } from '$lib/server/snapshot';
import type { GatewayDeps } from './deps';
import { createGateway, INBOX_PATH, SOCKET_PATH, type Gateway } from './index';
import { TestClient } from './testing-client';

/** A world for tests of the gateway: real sockets, rules and memory; people and meetings by hand. */

export const T0 = Date.parse('2026-11-24T08:00:00.000Z');
const HOUR_MS = 60 * 60_000;

/** What the database throws while it is away. */
export class DatabaseAway extends Error {}

export interface TestPerson extends Person {
	readonly token: string;
	readonly loginId: string;
}

export interface TestInstance {
	readonly gateway: Gateway;
	readonly bus: Bus;
	readonly counters: Counters;
	/** `127.0.0.1:<port>`, as browsers send it in Host. */
	readonly host: string;
	/** The server's own ends of all connections that are there. */
	readonly ends: ReadonlySet<Socket>;
	connect(person: TestPerson, meeting: Meeting): TestClient;
	/** Opens the person's inbox, by cookie as a page does. */
	inbox(person: TestPerson): TestClient<InboxMessage>;
	dialInbox(query: string, headers?: Record<string, string>): TestClient<InboxMessage>;
	/** As browsers do: by cookie, with these headers. */
	dial(path: string, headers?: Record<string, string>): TestClient;
}

export class TestWorld {
	/** The one clock of every instance. */
	nowMs = T0;
	readonly meetings = new Map<string, Meeting>();
	readonly logins = new Map<string, Login>();
	readonly people = new Map<string, Person>();
	/** Open requests, whoever they concern. */
	readonly requests: RequestView[] = [];
	readonly ephemeral: Ephemeral = createMemoryEphemeral({ now: () => this.nowMs });
	/** What a test puts in the way of the neighbours: awaited before they answer. */
	beforeFind: () => Promise<void> = async () => {};
	beforePending: () => Promise<void> = async () => {};
	beforeAuth: () => Promise<void> = async () => {};

	#ids = 0;
	readonly hub = createMemoryHub();
	readonly #closers: (() => Promise<unknown>)[] = [];

	addPerson(displayName: string): TestPerson {
		const person = { id: randomUUID(), kind: 'guest' as const, displayName };
		const token = randomUUID();
		const loginId = randomUUID();
		this.people.set(person.id, person);
		this.logins.set(token, {
			id: loginId,
			personId: person.id,
			displayName,
			kind: 'guest',
			isExternal: false,
			expiresAtMs: T0 + 24 * HOUR_MS,
			fresh: false,
		});
		return { ...person, token, loginId };
	}

	addMeeting(people: readonly Person[], change: Partial<Meeting> = {}): Meeting {
		const meeting: Meeting = {
			id: randomUUID(),
			status: people.length > 1 ? 'ACTIVE' : 'PENDING',
			createdBy: people[0]?.id ?? '',
			createdAtMs: this.nowMs,
			expiresAtMs: this.nowMs + HOUR_MS,
			endedAtMs: null,
			endReason: null,
			destination: null,
			participantIds: people.map(({ id }) => id),
			...change,
		};
		this.meetings.set(meeting.id, meeting);
		return meeting;
	}

	/** Ana and Ben in a meeting of their own. */
	addPair() {
		const ana = this.addPerson('Ana');
		const ben = this.addPerson('Ben');
		return { ana, ben, meeting: this.addMeeting([ana, ben]) };
	}

	/** Another process: its own gateway and HTTP server, its own end of the bus. */
	async open(change: Partial<GatewayDeps> = {}): Promise<TestInstance> {
		const bus = this.hub.connect(randomUUID());
		const counters = createCounters();
		const now = () => this.nowMs;
		const { ephemeral } = this;
		const meetings = this.meetingsOver(bus);
		const gateway = createGateway({
			auth: this.#auth(),
			meetings,
			requests: { pendingOf: (personId) => this.#pendingOf(personId) },
			people: { publicOf: async (ids) => ids.flatMap((id) => this.#public(id)) },
			fixes: createFixes({ bus, counters, now }),
			here: createHere({ meetings, bus, ephemeral, now }),
			snapshots: createSnapshots({ ephemeral, now }),
			bus,
			ephemeral,
			counters,
			isDatabaseAway: (error) => error instanceof DatabaseAway,
			now,
			// Growing, as time would: the clock stands still, and the later of two sockets must be the newer.
			newId: () => String(++this.#ids).padStart(12, '0'),
			log: SILENT,
			...change,
		});
		const server = createServer((_request, response) => response.writeHead(404).end());
		server.on('upgrade', gateway.handleUpgrade);
		const ends = new Set<Socket>();
		server.on('connection', (end) => {
			ends.add(end);
			end.once('close', () => ends.delete(end));
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const { port } = server.address() as AddressInfo;
		const host = `127.0.0.1:${port}`;
		const clients: { terminate(): void }[] = [];
		this.#closers.push(async () => {
			for (const client of clients) client.terminate();
			await gateway.close();
			await bus.close();
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		});
		const dial = (path: string, headers: Record<string, string> = {}) => {
			const client = new TestClient(`ws://${host}${path}`, readServerFrame, headers);
			clients.push(client);
			return client;
		};
		const dialInbox = (query: string, headers: Record<string, string> = {}) => {
			const url = `ws://${host}${INBOX_PATH}${query}`;
			const client = new TestClient(url, readInboxFrame, headers);
			clients.push(client);
			return client;
		};
		const byCookie = (person: TestPerson) => ({
			cookie: `login=${person.token}`,
			origin: `http://${host}`,
		});
		return {
			gateway,
			bus,
			counters,
			host,
			ends,
			dial,
			connect: (person, meeting) =>
				dial(`${SOCKET_PATH}?session_id=${meeting.id}`, byCookie(person)),
			inbox: (person) => dialInbox('', byCookie(person)),
			dialInbox,
		};
	}

	/** The life of meetings as the use case runs it: load, decide, save, tell. */
	meetingsOver(
		bus: Bus,
		ephemeral = this.ephemeral,
	): Pick<Meetings, 'find' | 'findMany' | 'change' | 'activeOf'> {
		const view = (meetingId: string) => {
			const meeting = this.meetings.get(meetingId);
			if (!meeting) return null;
			const people = meeting.participantIds.flatMap((id) => this.people.get(id) ?? []);
			return { meeting, people };
		};
		return {
			find: async (meetingId) => {
				await this.beforeFind();
				return view(meetingId);
			},
			findMany: async (meetingIds) => {
				const found = meetingIds.flatMap((id) => view(id) ?? []);
				return new Map(found.map((one) => [one.meeting.id, one]));
			},
			activeOf: async (personId) =>
				[...this.meetings.values()]
					.filter((meeting) => meeting.status !== 'ENDED')
					.filter((meeting) => meeting.participantIds.includes(personId))
					.map((meeting) => ({ meeting, people: [] })),
			change: async (meetingId, event) => {
				const before = this.meetings.get(meetingId);
				if (!before) return refuse('NOT_FOUND');
				const after = transition(before, event);
				if (!after.ok) return after;
				this.meetings.set(meetingId, after.value);
				if (after.value.status === 'ENDED') await ephemeral.forget(meetingId);
				else if (event.type === 'remove') await ephemeral.forgetPerson(meetingId, event.personId);
				const joined = event.type === 'join' ? (this.people.get(event.by) ?? null) : null;
				tell(bus, meetingId, newsOf(after.value, event, joined));
				return done(after.value);
			},
		};
	}

	async close(): Promise<void> {
		await Promise.all(this.#closers.map((close) => close()));
		await this.ephemeral.close();
	}

	async #pendingOf(personId: string): Promise<RequestView[]> {
		const pending = this.requests.filter(({ request: { fromId, toId } }) =>
			[fromId, toId].includes(personId),
		);
		await this.beforePending();
		return pending;
	}

	#public(personId: string): PublicPerson[] {
		const person = this.people.get(personId);
		if (!person) return [];
		return [
			{ id: person.id, handle: person.displayName.toLowerCase(), displayName: person.displayName },
		];
	}

	#auth(): Pick<Auth, 'authenticate' | 'validate' | 'openAmong'> {
		return {
			authenticate: async ({ cookieHeader, authorizationHeader, queryToken }) => {
				await this.beforeAuth();
				const shown = authorizationHeader?.replace(/^Bearer /, '') ?? queryToken;
				const token = shown ?? cookieHeader?.replace(/^login=/, '');
				const login = token === undefined ? undefined : this.logins.get(token);
				if (token === undefined || !login) return null;
				return { login, by: shown === null ? 'cookie' : 'token', token };
			},
			validate: async (token) => this.logins.get(token) ?? null,
			openAmong: async (ids) => {
				const open = [...this.logins.values()].map(({ id }) => id);
				return new Set(ids.filter((id) => open.includes(id)));
			},
		};
	}
}

/** A fix near Alexanderplatz, `eastM` metres to the east, measured now. */
export function wireFix(atMs: number, eastM = 0) {
	return {
		lat: 52.5219,
		lon: 13.4132 + eastM / (111_195 * Math.cos((52.5219 * Math.PI) / 180)),
		accuracy_m: 8,
		timestamp: new Date(atMs).toISOString(),
	};
}
