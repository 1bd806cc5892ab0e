import { randomUUID } from 'node:crypto';
import { expect, test, type APIRequestContext } from '@playwright/test';
import { ownAddress } from './support/address';
import {
	bearer,
	meet,
	newHandle,
	NO_COOKIE,
	PASSWORD,
	problemCode,
	register,
	startMeeting,
} from './support/api';
import { readContract, type Contract } from './support/contract';

/** What no client should send, and what it gets for it: a problem, and never a 5xx. */

test.use({ permissions: [], extraHTTPHeaders: ownAddress() });

const PLACE = { name: 'Fountain', lat: 59.91, lon: 10.75 };

test('what is refused before any call is reached is a problem, too', async ({ request }) => {
	for (const path of ['/nowhere', '/users/%ff', '/SESSIONS', '/ws/meetup'])
		expect(await problemCode(await request.get(`/api/v1${path}`)), path).toBe('NOT_FOUND');

	for (const [method, path, allow] of [
		['PUT', '/users/me', 'GET, PATCH, DELETE, HEAD'],
		['OPTIONS', '/sessions', 'POST'],
		['DELETE', '/requests', 'GET, POST, HEAD'],
	] as const) {
		const refused = await request.fetch(`/api/v1${path}`, { method });
		expect(await problemCode(refused), path).toBe('METHOD_NOT_ALLOWED');
		expect(refused.status()).toBe(405);
		expect(refused.headers().allow?.split(', ').sort()).toEqual(allow.split(', ').sort());
	}
});

test('a body that is no JSON is refused as such, forms too, wherever it comes from', async ({
	request,
	baseURL,
}) => {
	const { token } = await startMeeting(request);
	for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])
		for (const who of [NO_COOKIE, bearer(token), { origin: baseURL ?? '' }]) {
			const headers = { ...who, 'content-type': type };
			const refused = await request.post('/api/v1/sessions', { data: '{}', headers });
			expect(await problemCode(refused), type).toBe('UNSUPPORTED_MEDIA_TYPE');
		}
	const foreign = { 'content-type': 'text/plain', origin: 'https://evil.example' };
	const refused = await request.post('/api/v1/sessions', { data: '{}', headers: foreign });
	expect(await problemCode(refused)).toBe('FORBIDDEN_ORIGIN');
});

test('a token that is no good makes nobody a guest, and says how to log in', async ({
	request,
}) => {
	const { invite } = await startMeeting(request);
	const stale = { ...NO_COOKIE, ...bearer('x'.repeat(43)) };
	const redeem = '/api/v1/invite/redeem';
	const data = { token: invite.token };
	for (const response of [
		await request.post('/api/v1/sessions', { data: {}, headers: stale }),
		await request.post(redeem, { data, headers: stale }),
		await request.get('/api/v1/users/me', { headers: stale }),
	]) {
		expect(await problemCode(response)).toBe('UNAUTHENTICATED');
		expect(response.headers()['www-authenticate']).toBe('Bearer');
		expect(response.headers()['set-cookie']).toBeUndefined();
	}
	// The seat is still free, and a proxy's own password is none of our business.
	const proxied = { ...NO_COOKIE, authorization: 'Basic YTpi' };
	expect((await request.post(redeem, { data, headers: proxied })).status()).toBe(200);
});

test('what is somebody else’s looks like what does not exist, to the byte', async ({ request }) => {
	const [ana, ben, eve] = [
		await register(request),
		await register(request, 'Ben'),
		await register(request, 'Eve'),
	];
	const own = { headers: ana.headers };
	const made = async (path: string, data: object) => {
		const response = await request.post(`/api/v1${path}`, { ...own, data });
		expect(response.status()).toBe(201);
		return (await response.json()) as Record<string, { id: string }>;
	};
	const { request: asked } = await made('/requests', { to_user_id: ben.id });
	const { session, invite } = await made('/sessions', {});
	const { place } = await made('/places', PLACE);
	const { meetingId } = await meet(request, ana, ben);
	await request.delete(`/api/v1/sessions/${meetingId}`, own);
	const devices = await request.get('/api/v1/auth/sessions', own);
	const [device] = ((await devices.json()) as { sessions: { id: string }[] }).sessions;

	const fix = { lat: 1, lon: 1, accuracy_m: 5, timestamp: new Date().toISOString() };
	const calls: readonly (readonly [string, string | undefined, object?])[] = [
		...['accept', 'decline', 'cancel'].map(
			(answer) => [`POST /requests/{}/${answer}`, asked?.id] as const,
		),
		['GET /requests/{}', asked?.id],
		...[session?.id, meetingId].flatMap(
			(id) =>
				[
					['GET /sessions/{}', id],
					['DELETE /sessions/{}', id],
					['GET /sessions/{}/snapshot', id],
					['POST /sessions/{}/extend', id, { minutes: 5 }],
					['POST /sessions/{}/im-here', id, { manual: true }],
					['POST /sessions/{}/location', id, fix],
					[`DELETE /sessions/{}/participants/${ana.id}`, id],
					['DELETE /history/{}', id],
				] as const,
		),
		['DELETE /invites/{}', invite?.id],
		['DELETE /places/{}', place?.id],
		['DELETE /auth/sessions/{}', device?.id],
		['DELETE /blocks/{}', ana.id],
		['DELETE /friends/{}', ana.id],
	];
	for (const [call, id = '', data] of calls) {
		const [method = '', path = ''] = call.split(' ');
		const as = { method, data, headers: eve.headers };
		const answers = [id, randomUUID()].map((each) =>
			request.fetch(`/api/v1${path.replace('{}', each)}`, as),
		);
		const [real, none] = await Promise.all(answers);
		expect(real?.status(), call).toBe(404);
		expect(await real?.text(), call).toBe(await none?.text());
	}
});

const ODD_TEXTS = [
	'',
	' ',
	'\0',
	'a\0b',
	'\ud800',
	'\u202e',
	'💥'.repeat(300),
	"'; --",
	'__proto__',
];
const ODD_VALUES = [
	...[...ODD_TEXTS, 'https://push.example/\0', 'https://push.example/\ud800', randomUUID()],
	...[null, true, 0, -1, 1.5, 1e308, [], {}, '9999-12-31T23:59:59Z', '2026-13-45T99:99:99Z'],
];
const ODD_BODIES = ['{', '[]', 'null', '1', '\0', '['.repeat(5_000), '{"__proto__":{"x":1}}'];
const ODD_IDS = ['x', '%00', "'", '..%2f', randomUUID().toUpperCase(), 'x'.repeat(2_000)];
/** Right in everything, so that each field in turn can be the one that is odd. */
const RIGHT = new Map<string, unknown>(
	Object.entries({
		...{ display_name: 'Ana', password: PASSWORD, current_password: PASSWORD, note: 'Coffee?' },
		...{ user_id: randomUUID(), to_user_id: randomUUID(), session_id: randomUUID() },
		...{ token: 'x'.repeat(43), minutes: 5, ...PLACE, destination: PLACE, accuracy_m: 5 },
		...{ timestamp: new Date().toISOString(), endpoint: 'https://push.example/x' },
		keys: { p256dh: 'B'.repeat(87), auth: 'a'.repeat(22) },
	}),
);
const ODD_QUERIES = ['cursor', 'limit', 'q', 'status', 'direction'].flatMap((name) =>
	[...ODD_TEXTS, 'Zm9v', btoa(`99999999999999999999.${randomUUID()}`), btoa('NaN.x')].map(
		(odd) => `${name}=${encodeURIComponent(odd.toWellFormed())}`,
	),
);

test('nothing that anybody can think of is a 5xx, or an answer that is not told of', async ({
	request,
}) => {
	test.slow();
	const contract = await readContract(request);
	// Leaving is not what is tried here, and comes with every other call.
	const calls = contract.calls.filter((call) => !/DELETE \/users\/me$|logout/.test(call));
	for (const call of calls) {
		const [method = '', path = ''] = call.split(' ');
		const texts = method === 'GET' ? [] : ODD_BODIES;
		const queries = method === 'GET' ? ODD_QUERIES : [];
		const sendAll = await sender(request, contract, method, path);
		await sendAll([
			...(path.includes('{') ? ODD_IDS.map((id) => ({ id })) : []),
			...queries.map((query) => ({ query })),
			...texts.map((text) => ({ text })),
		]);
		const fields = contract.fieldsOf(call);
		const right = Object.fromEntries(fields.map((field) => [field, RIGHT.get(field)]));
		for (const field of fields) {
			const sendAll = await sender(request, contract, method, path);
			const odd = ODD_VALUES.map((value) => ({ handle: newHandle(), ...right, [field]: value }));
			await sendAll(odd.map((body) => ({ text: JSON.stringify(body) })));
		}
	}
});

interface Odd {
	readonly id?: string;
	readonly query?: string;
	readonly text?: string;
}

/** Somebody new, so that none is refused for being too fast; each call from another address. */
async function sender(
	request: APIRequestContext,
	contract: Contract,
	method: string,
	path: string,
): Promise<(odds: readonly Odd[]) => Promise<unknown>> {
	const { headers } = await register(request);
	const send = async ({ id = randomUUID(), query = '', text }: Odd) => {
		const address = `/api/v1${path.replace(/\{\w+\}/g, id)}?${query}`;
		const json = text === undefined ? {} : { data: text };
		const response = await request.fetch(address, {
			...{ method, ...json, maxRedirects: 0 },
			headers: { ...headers, ...ownAddress(), 'content-type': 'application/json' },
		});
		// An id with a slash in it is another path, of which the contract knows nothing.
		if (!id.includes('%2f')) await contract.expectByContract(response, method, path);
		expect(response.status(), `${method} ${address} ${text}`).toBeLessThan(500);
	};
	return (odds) => Promise.all(odds.map(send));
}
