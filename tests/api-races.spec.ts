import { randomUUID } from 'node:crypto';
import { expect, test, type APIResponse } from '@playwright/test';
import { ownAddress } from './support/address';
import {
	atOnce,
	meet,
	newHandle,
	NO_COOKIE,
	PASSWORD,
	register,
	startMeeting,
	tally,
} from './support/api';

/** Twenty callers at the same moment: one winner, and the truth for everybody else. */

test.use({ permissions: [], extraHTTPHeaders: ownAddress() });

const stranger = () => ({ ...NO_COOKIE, ...ownAddress() });

async function idsOf(responses: readonly APIResponse[], noun: string): Promise<Set<string>> {
	const ids = new Set<string>();
	for (const response of responses) {
		const body = (await response.json()) as Record<string, { id: string } | undefined>;
		const id = body[noun]?.id;
		if (id !== undefined) ids.add(id);
	}
	return ids;
}

test('the same handle is given once', async ({ request }) => {
	const data = { handle: newHandle(), display_name: 'Ana', password: PASSWORD };
	const answers = await atOnce(20, () =>
		request.post('/api/v1/users/register', { data, headers: stranger() }),
	);
	expect(await tally(answers)).toEqual({ '201': 1, HANDLE_TAKEN: 19 });
});

test('an invite seats one', async ({ request }) => {
	const { session, invite, token } = await startMeeting(request);
	const data = { token: invite.token };
	const answers = await atOnce(20, () =>
		request.post('/api/v1/invite/redeem', { data, headers: stranger() }),
	);
	expect(await tally(answers)).toEqual({ '200': 1, INVITE_SPENT: 19 });
	const headers = { authorization: `Bearer ${token}` };
	const snapshot = await request.get(`/api/v1/sessions/${session.id}/snapshot`, { headers });
	const welcome = (await snapshot.json()) as { participants: object[] };
	expect(welcome.participants).toHaveLength(2);
});

test('a meeting ends once, and all are told how', async ({ request }) => {
	const [ana, ben] = [await register(request), await register(request, 'Ben')];
	const { meetingId } = await meet(request, ana, ben);
	const answers = await atOnce(20, (n) =>
		request.delete(`/api/v1/sessions/${meetingId}`, { headers: (n % 2 ? ana : ben).headers }),
	);
	const told = new Set(await Promise.all(answers.map((answer) => answer.text())));
	expect(told.size).toBe(1);
	expect(await tally(answers)).toEqual({ '200': 20 });
});

test('the same request is made once, and nobody asks both ways', async ({ request }) => {
	const [ana, ben] = [await register(request), await register(request, 'Ben')];
	const answers = await atOnce(20, (n) => {
		const [from, to] = n % 2 ? [ana, ben] : [ben, ana];
		const data = { to_user_id: to.id };
		return request.post('/api/v1/requests', { data, headers: from.headers });
	});
	// Each of them may ask five times a minute; who asked second is shown the request of the other.
	expect(await tally(answers)).toEqual({
		...{ '201': 1, '200': 4 },
		...{ REQUEST_REVERSED: 5, RATE_LIMIT_EXCEEDED: 10 },
	});
	const made = await idsOf(answers, 'request');
	for (const answer of answers.filter((each) => each.status() === 409))
		made.add(((await answer.json()) as { request_id: string }).request_id);
	expect(made.size).toBe(1);
});

test('an accepted request makes one meeting', async ({ request }) => {
	const [ana, ben] = [await register(request), await register(request, 'Ben')];
	const asked = await request.post('/api/v1/requests', {
		data: { to_user_id: ben.id },
		headers: ana.headers,
	});
	const [id] = await idsOf([asked], 'request');
	const answers = await atOnce(20, () =>
		request.post(`/api/v1/requests/${id ?? ''}/accept`, { headers: ben.headers }),
	);
	expect(await tally(answers)).toEqual({ '200': 20 });
	expect((await idsOf(answers, 'session')).size).toBe(1);
	const active = await request.get('/api/v1/sessions/active', { headers: ana.headers });
	expect(((await active.json()) as { sessions: object[] }).sessions).toHaveLength(1);
});

test('with one key one meeting is started, however often it is asked for', async ({ request }) => {
	const { headers } = await register(request);
	const once = { ...headers, 'idempotency-key': randomUUID() };
	const start = () => request.post('/api/v1/sessions', { data: {}, headers: once });
	const answers = await atOnce(20, start);
	expect(await tally(answers)).toEqual({ '201': 20 });
	expect((await idsOf([...answers, await start()], 'session')).size).toBe(1);
	const active = await request.get('/api/v1/sessions/active', { headers });
	expect(((await active.json()) as { sessions: object[] }).sessions).toHaveLength(1);
});
