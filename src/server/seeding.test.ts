import { describe, expect, test } from 'vitest';
import { fakeFetch, MEETING_ID, problemResponse, session } from '$lib/client/testing';
import { report, seed } from './seeding';

const ORIGIN = 'http://localhost:3000';
const SECRET = 'an-invite';

function loggedIn(init: RequestInit | undefined): Response {
	const { handle, display_name } = bodyOf(init);
	const user = {
		id: '0b0e7a5a-2d3c-4a7e-8f52-1f3b5c7d9e01',
		kind: 'account',
		...{ handle, display_name },
		searchable: true,
		created_at: '2026-11-24T12:00:00.000Z',
	};
	return Response.json({ user, token: `token-of-${handle}` }, { status: 201 });
}

function server(register: (init: RequestInit | undefined) => Response = loggedIn) {
	const net = fakeFetch({
		'POST users/register': () => register(net.calls.at(-1)?.init),
		'POST sessions': () =>
			Response.json({
				session: session({ status: 'PENDING' }),
				invite: {
					id: MEETING_ID,
					token: SECRET,
					url: `${ORIGIN}/i#${SECRET}`,
					expires_at: '2026-11-24T13:00:00.000Z',
				},
			}),
		'POST invite/redeem': () => Response.json({ session: session() }),
	});
	return net;
}

describe('seed', () => {
	test('Alice starts a meeting and Bob takes the other seat, each by his own login', async () => {
		const net = server();
		const seeded = await seed({ origin: ORIGIN, fetch: net.fetch });
		expect(seeded.meetingId).toBe(MEETING_ID);
		expect(seeded.people.map(({ handle }) => handle)).toEqual(['alice', 'bob']);
		expect(new Set(seeded.people.map(({ password }) => password)).size).toBe(2);
		const calls = net.calls.slice(2);
		expect(calls.map(({ path, init }) => [path, authorization(init)])).toEqual([
			['POST sessions', 'Bearer token-of-alice'],
			['POST invite/redeem', 'Bearer token-of-bob'],
		]);
		expect(bodyOf(calls[1]?.init)).toEqual({ token: SECRET });
	});

	test('a handle that is taken gets an ending', async () => {
		const net = server((init) =>
			bodyOf(init).handle === 'alice' ? problemResponse(409, 'HANDLE_TAKEN') : loggedIn(init),
		);
		const { people } = await seed({ origin: ORIGIN, fetch: net.fetch });
		expect(people[0]?.handle).toMatch(/^alice_[0-9a-f]{4}$/);
		expect(people[1]?.handle).toBe('bob');
	});

	test('but is not tried for ever', async () => {
		const net = server(() => problemResponse(409, 'HANDLE_TAKEN'));
		await expect(seed({ origin: ORIGIN, fetch: net.fetch })).rejects.toMatchObject({
			message: 'The server would not let us register Alice (HANDLE_TAKEN).',
			exitCode: 1,
		});
		expect(net.calls).toHaveLength(5);
	});

	test.each([
		['no server', {}],
		['another program', { 'POST users/register': () => new Response('<html>') }],
	])('%s: one sentence', async (_name, answers) => {
		const net = fakeFetch(answers);
		await expect(seed({ origin: ORIGIN, fetch: net.fetch })).rejects.toMatchObject({
			message: `No MeetUp answers at ${ORIGIN}. Start it with "npm start", or say where it is with --url.`,
			exitCode: 1,
		});
	});

	test('too many of them: the code is named', async () => {
		const net = server(() => problemResponse(429, 'RATE_LIMIT_EXCEEDED'));
		await expect(seed({ origin: ORIGIN, fetch: net.fetch })).rejects.toThrow('RATE_LIMIT_EXCEEDED');
	});
});

describe('what is printed', () => {
	const people = [{ name: 'Alice', handle: 'alice', password: 'pass', token: '-minus' }];

	test('can be copied as it stands', () => {
		const text = report(ORIGIN, { meetingId: MEETING_ID, people });
		expect(text).toContain(`${ORIGIN}/login?next=/meet/${MEETING_ID}\n`);
		expect(text).toContain(`${ORIGIN}/debug#session=${MEETING_ID}&token=-minus`);
		expect(text).toContain(`npm run simulate -- --session ${MEETING_ID} --token=-minus\n`);
	});

	test('names another server where it is one', () => {
		const text = report('https://meet.example', { meetingId: MEETING_ID, people });
		expect(text).toContain('--token=-minus --url https://meet.example\n');
	});
});

function authorization(init: RequestInit | undefined): string | null {
	return new Headers(init?.headers).get('authorization');
}

function bodyOf(init: RequestInit | undefined): Record<string, string> {
	return JSON.parse(typeof init?.body === 'string' ? init.body : '{}') as Record<string, string>;
}
