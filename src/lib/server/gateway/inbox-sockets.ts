import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import {
	instant,
	publicUser,
	requestToWire,
	sessionToWire,
	WIRE_LIMITS,
	type SessionWith,
} from '$lib/protocol';
import { personChannel, type Heard } from '$lib/server/bus';
import type { GatewayDeps, Timings } from './deps';
import { InboxConnection } from './inbox';
import { endsLogin, watchLogin } from './login-watch';
import type { Allowances } from './rate';
import type { Sockets } from './sockets';
import { judgeCaller, type Caller } from './upgrade';

export function createInboxSockets(
	deps: GatewayDeps,
	timings: Timings,
	allowances: Allowances,
): Sockets {
	const { auth, meetings, requests, people, bus, counters, now, newId, log } = deps;
	/** By person: every page of his that is open here. */
	const inboxes = new Map<string, Set<InboxConnection>>();

	// What was missed can't be told in messages: a new socket begins with a new `welcome` (rule I3).
	bus.watch({ onBack: restart });

	return {
		async judge(request) {
			const caller = await judgeCaller(request, deps);
			if (!('login' in caller)) return caller;
			return {
				personId: caller.login.personId,
				enter: (socket, stream) => enter(socket, stream, caller),
			};
		},
		count: () => all().length,
		beat(turn) {
			for (const inbox of all()) if (inbox.beatTurn === turn && !inbox.beat()) inbox.close('dead');
		},
		restart: () => all().map((inbox) => () => inbox.close('restart')),
		stop() {
			inboxes.clear();
		},
	};

	function restart(): void {
		for (const inbox of all()) inbox.close('restart');
	}

	function all(): InboxConnection[] {
		return [...inboxes.values()].flatMap((ofOne) => [...ofOne]);
	}

	function enter(socket: WebSocket, stream: Duplex, caller: Caller): void {
		const { login, token } = caller;
		const { personId } = login;
		const allowance = allowances.take(`inbox ${personId}`, now());
		const inbox = new InboxConnection({
			...{ id: newId(), personId, loginId: login.id, socket, stream, allowance, timings },
			...{ counters, now, log },
			onOver(over) {
				stopWatch();
				allowances.giveBack(allowance, now());
				leave(over);
				ear.then((stop) => stop(), failed);
			},
		});
		const stopWatch = watchLogin(deps, caller, () => inbox.close('loginRevoked'));
		inboxes.set(personId, (inboxes.get(personId) ?? new Set()).add(inbox));
		const ear = bus.subscribe(personChannel(personId), (event) => hear(inbox, event));
		void welcome(inbox, token, ear).catch((error: unknown) => {
			if (deps.isDatabaseAway(error)) inbox.close('overloaded');
			else {
				log.error({ personId, connectionId: inbox.id, error }, 'inbox_welcome_failed');
				inbox.close('bug');
			}
		});
	}

	function hear(inbox: InboxConnection, event: Heard): void {
		if (event.kind === 'news') inbox.tell(event.news);
		else if (endsLogin(event, inbox.loginId)) inbox.close('loginRevoked');
	}

	/** Subscribe, then read, then one `welcome`: what happens in between follows it (rule I3). */
	async function welcome(
		inbox: InboxConnection,
		token: string,
		ear: Promise<unknown>,
	): Promise<void> {
		await ear;
		// The login is looked at again: it may have been revoked before anybody listened.
		const [login, pending, sessions] = await Promise.all([
			auth.validate(token),
			requests.pendingOf(inbox.personId),
			sessionsOf(inbox.personId),
		]);
		if (login?.personId !== inbox.personId) inbox.close('loginRevoked');
		if (inbox.isOver()) return;
		inbox.welcome({
			protocol: WIRE_LIMITS.protocol,
			server_time: instant(now()),
			self: { user_id: inbox.personId },
			requests: pending.map(({ request, from, to }) => requestToWire(request, from, to)),
			sessions,
		});
	}

	async function sessionsOf(personId: string): Promise<SessionWith[]> {
		const views = await meetings.activeOf(personId);
		const ids = views.flatMap(({ meeting }) => meeting.participantIds);
		const others = await people.publicOf([...new Set(ids)].filter((id) => id !== personId));
		return views.map(({ meeting }) => ({
			session: sessionToWire(meeting),
			with: meeting.participantIds.flatMap((id) =>
				others.filter((other) => other.id === id).map(publicUser),
			),
		}));
	}

	function leave(inbox: InboxConnection): void {
		const ofOne = inboxes.get(inbox.personId);
		ofOne?.delete(inbox);
		if (ofOne?.size === 0) inboxes.delete(inbox.personId);
	}

	function failed(error: unknown): void {
		log.warn({ component: 'person channel', error }, 'gateway_leak');
	}
}
