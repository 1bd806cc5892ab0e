import { describe, expect, test } from 'vitest';
import { createApi } from './api';
import { fakeFetch, MEETING_ID, problemResponse, session, welcome } from './testing';

const SNAPSHOT = `GET sessions/${MEETING_ID}/snapshot`;

describe('a call', () => {
	test('brings what the schema reads', async () => {
		const net = fakeFetch({ [SNAPSHOT]: () => Response.json(welcome()) });
		expect(await createApi(net).snapshot(MEETING_ID)).toMatchObject({ ok: true });
		expect(net.calls[0]?.init).toMatchObject({ credentials: 'same-origin', cache: 'no-store' });
	});

	test.each<[string, () => Response, string]>([
		['a code we know', () => problemResponse(410, 'INVITE_SPENT'), 'INVITE_SPENT'],
		['a code of tomorrow', () => problemResponse(404, 'NEWER_CODE'), 'NOT_FOUND'],
		['a bug of the server', () => problemResponse(500, 'NEWER_CODE'), 'UNAVAILABLE'],
		['a proxy’s page', () => new Response('<h1>Gone</h1>', { status: 410 }), 'UNAVAILABLE'],
		['a login page of the network', () => new Response('<h1>Hotel</h1>'), 'UNAVAILABLE'],
		['something else', () => Response.json({ hello: 1 }), 'UNAVAILABLE'],
	])('answered by %s is refused', async (_, response, code) => {
		const net = fakeFetch({ [SNAPSHOT]: response });
		expect(await createApi(net).snapshot(MEETING_ID)).toEqual({ ok: false, code });
	});

	test('without network is refused, never thrown', async () => {
		expect(await createApi(fakeFetch()).end(MEETING_ID)).toEqual({
			ok: false,
			code: 'UNAVAILABLE',
		});
	});

	test('keeps the invite’s secret out of the address', async () => {
		const net = fakeFetch();
		await createApi(net).preview('secret');
		await createApi(net).redeem('secret');
		expect(net.calls.map(({ path }) => path)).toEqual([
			'GET invites/preview',
			'POST invite/redeem',
		]);
		expect(net.calls[0]?.init?.headers).toMatchObject({ 'x-invite-token': 'secret' });
	});

	test('reads a session wrapped or bare', async () => {
		const path = `DELETE sessions/${MEETING_ID}`;
		const wrapped = fakeFetch({ [path]: () => Response.json({ session: session() }) });
		const bare = fakeFetch({ [path]: () => Response.json(session()) });
		for (const net of [wrapped, bare])
			expect(await createApi(net).end(MEETING_ID)).toEqual({ ok: true, value: session() });
	});
});
