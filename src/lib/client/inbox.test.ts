import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { instant, type InboxMessage, type MeetRequestField, type SessionWith } from '$lib/protocol';
import { Inbox } from './inbox.svelte';
import {
	ANA,
	BEN,
	fakeFetch,
	fakePage,
	fakeSockets,
	MEETING_ID,
	passMs,
	problemResponse,
	session,
	START_MS,
	testTime,
} from './testing';

beforeEach(() => void vi.useFakeTimers({ now: START_MS }));
afterEach(() => void vi.useRealTimers());

const ME = 'GET me';
const ana = { id: ANA, handle: 'ana', display_name: 'Ana' };
const ben = { id: BEN, handle: 'ben', display_name: 'Ben' };

function request(number: number, changes: Partial<MeetRequestField> = {}): MeetRequestField {
	return {
		id: `7b1c2d3e-0000-4000-8000-00000000000${number}`,
		from_user: ben,
		to_user: ana,
		status: 'PENDING',
		note: null,
		destination: null,
		created_at: instant(START_MS + number * 1_000),
		expires_at: instant(START_MS + 600_000),
		answered_at: null,
		session_id: null,
		...changes,
	};
}

const meeting: SessionWith = { session: session(), with: [ben] };

function welcome(changes: Partial<{ requests: MeetRequestField[]; sessions: SessionWith[] }> = {}) {
	const payload = {
		protocol: 1 as const,
		server_time: instant(START_MS),
		self: { user_id: ANA },
		requests: [],
		sessions: [],
		...changes,
	};
	return { type: 'welcome', payload } satisfies InboxMessage;
}

function open() {
	const sockets = fakeSockets();
	const page = fakePage();
	const net = fakeFetch();
	const env = {
		origin: 'https://meet.example',
		WebSocket: sockets.WebSocket,
		fetch: net.fetch,
		time: testTime(),
		page,
	};
	const inbox = new Inbox({ env });
	inbox.start();
	return { inbox, sockets, page, net };
}

const idsOf = (inbox: Inbox) => [...inbox.requests.keys()].map((id) => Number(id.at(-1)));

test('one socket of one’s own, whoever is asked about comes by cookie', () => {
	const { inbox, sockets } = open();
	inbox.start();
	expect(sockets.all.map(({ url }) => url)).toEqual(['wss://meet.example/api/v1/ws/inbox']);
	expect([inbox.state, inbox.isKnown]).toEqual(['connecting', false]);
});

test('the welcome says all there is, the newest first', () => {
	const { inbox, sockets } = open();
	const mine = request(2, { from_user: ana, to_user: ben });
	sockets.last.serve(welcome({ requests: [request(1), mine, request(3)], sessions: [meeting] }));
	expect([inbox.state, inbox.isKnown]).toEqual(['live', true]);
	expect(idsOf(inbox)).toEqual([3, 2, 1]);
	expect(inbox.incomingCount).toBe(2);
	expect([...inbox.sessions.values()]).toEqual([meeting]);
	expect(inbox.lastChange).toBeNull();
});

describe('news', () => {
	test('a request comes, is changed and goes once it is answered', () => {
		const { inbox, sockets } = open();
		sockets.last.serve(welcome({ requests: [request(1)] }));
		sockets.last.serve({ type: 'request_changed', payload: request(2) });
		expect([idsOf(inbox), inbox.incomingCount]).toEqual([[2, 1], 2]);
		expect(inbox.lastChange).toEqual(request(2));
		const accepted = request(1, { status: 'ACCEPTED', session_id: MEETING_ID });
		sockets.last.serve({ type: 'request_changed', payload: accepted });
		expect([idsOf(inbox), inbox.incomingCount]).toEqual([[2], 1]);
		expect(inbox.lastChange).toEqual(accepted);
	});

	test('a meeting begins and ends', () => {
		const { inbox, sockets } = open();
		sockets.last.serve(welcome());
		sockets.last.serve({ type: 'session_started', payload: meeting });
		sockets.last.serve({ type: 'session_started', payload: meeting });
		expect([...inbox.sessions.keys()]).toEqual([MEETING_ID]);
		const ended = { session_id: MEETING_ID, reason: 'USER_ACTION', ended_at: instant(START_MS) };
		sockets.last.serve({ type: 'session_ended', payload: ended });
		expect(inbox.sessions.size).toBe(0);
	});
});

test('every reconnect begins anew: what was missed is in the welcome', async () => {
	const { inbox, sockets } = open();
	sockets.last.serve(welcome({ requests: [request(1)], sessions: [meeting] }));
	sockets.last.drop();
	expect([inbox.state, inbox.incomingCount]).toEqual(['reconnecting', 1]);
	await passMs(1_000);
	expect(sockets.all).toHaveLength(2);
	sockets.last.serve(welcome({ requests: [request(2)] }));
	expect([inbox.state, idsOf(inbox), inbox.sessions.size]).toEqual(['live', [2], 0]);
});

test('words of the future are passed over', () => {
	const { inbox, sockets } = open();
	sockets.last.serve(welcome({ requests: [request(1)] }));
	const future: object = { type: 'teleport', payload: {} };
	sockets.last.serve(future as InboxMessage);
	expect(idsOf(inbox)).toEqual([1]);
});

describe('who is logged out', () => {
	test('hears nothing more, and does not knock for ever', async () => {
		const { inbox, sockets, net } = open();
		net.answers[ME] = () => problemResponse(401, 'UNAUTHENTICATED');
		sockets.last.drop();
		await passMs(60_000);
		expect([inbox.state, sockets.all.length]).toEqual(['closed', 1]);
	});

	test('is told by 4401 as well', () => {
		const { inbox, sockets } = open();
		sockets.last.serve(welcome());
		sockets.last.drop(4401);
		expect(inbox.state).toBe('closed');
	});

	test('a server that is away is no reason to stop', async () => {
		const { inbox, sockets } = open();
		sockets.last.drop();
		await passMs(60_000);
		expect(sockets.all.length).toBeGreaterThan(1);
		expect(inbox.state).toBe('reconnecting');
	});
});

test('a stopped inbox forgets everything, and may be started again', () => {
	const { inbox, sockets, page } = open();
	sockets.last.serve(welcome({ requests: [request(1)] }));
	inbox.stop();
	expect([inbox.incomingCount, inbox.isKnown, inbox.lastChange]).toEqual([0, false, null]);
	page.emit('visible');
	expect([sockets.all.length, sockets.last.readyState]).toEqual([1, 3]);
	inbox.start();
	sockets.last.serve(welcome({ requests: [request(2)] }));
	expect(idsOf(inbox)).toEqual([2]);
});
