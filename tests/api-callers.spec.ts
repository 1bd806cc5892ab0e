import { randomUUID } from 'node:crypto';
import { expect, test } from '@playwright/test';
import { ownAddress } from './support/address';
import { newCaller, newHandle, NO_COOKIE, PASSWORD, startMeeting } from './support/api';
import { Client } from './support/api-client';
import { readContract } from './support/contract';

/** Who may call what, what strangers learn, and what happens to calls that are made twice. */

test.use({ permissions: [], extraHTTPHeaders: ownAddress() });

const PLACE = { name: 'Fountain', lat: 59.91, lon: 10.75 };
const NOWHERE = '00000000-0000-4000-8000-000000000000';

test('whoever is nobody is told so by every call that needs a login', async ({ request }) => {
	const contract = await readContract(request);
	const client = new Client(request, contract);
	const free = /register|\/auth\/login|preview|push\/key|openapi|POST \/sessions$|invite\/redeem/;
	for (const named of contract.calls.filter((each) => !free.test(each))) {
		const [method = '', path = ''] = named.split(' ');
		const ids = { id: NOWHERE, user_id: NOWHERE, session_id: NOWHERE };
		const data = method === 'GET' ? undefined : {};
		const refused = await client.call(method, path, 401, { ids, data });
		expect(refused.text('code'), named).toBe('UNAUTHENTICATED');
	}
});

test('a guest is told that requests, search and friends need an account', async ({ request }) => {
	const client = new Client(request, await readContract(request));
	const { token } = await startMeeting(request);
	const ids = { id: NOWHERE, user_id: NOWHERE };
	for (const [method, path] of [
		['GET', '/users/search'],
		['GET', '/friends'],
		['DELETE', '/friends/{user_id}'],
		['GET', '/requests'],
		['POST', '/requests'],
		['GET', '/requests/{id}'],
		['POST', '/requests/{id}/accept'],
		['POST', '/requests/{id}/decline'],
		['POST', '/requests/{id}/cancel'],
	] as const) {
		const refused = await client.call(method, path, 403, { token, ids });
		expect(refused.text('code'), path).toBe('ACCOUNT_NEEDED');
	}
});

test('an unknown handle and a wrong password are the same answer to the byte', async ({
	request,
}) => {
	const client = new Client(request, await readContract(request));
	const { handle } = await client.register('Ana');
	const bodies = new Set<string>();
	for (const wrong of [handle, newHandle(), 'no handle!', 'x\0y']) {
		const response = await request.post('/api/v1/auth/login', {
			data: { handle: wrong, password: 'not the password' },
			headers: NO_COOKIE,
		});
		expect(response.status()).toBe(401);
		bodies.add(await response.text());
	}
	expect(bodies.size).toBe(1);
});

test('the same key gets the same answer and the cookie again; for another call it is refused', async ({
	request,
	playwright,
	baseURL,
}) => {
	const client = new Client(request, await readContract(request));
	const headers = { 'idempotency-key': randomUUID(), ...NO_COOKIE };
	const handle = newHandle();
	const data = { handle, display_name: 'Ana', password: PASSWORD };
	const first = await client.call('POST', '/users/register', 201, { data, headers });
	const elsewhere = await newCaller(playwright, baseURL);
	const replay = await elsewhere.post('/api/v1/users/register', { data, headers });
	expect(replay.status()).toBe(201);
	expect(replay.headers()['idempotency-replayed']).toBe('true');
	expect(await replay.json()).toEqual(first.body);
	expect(replay.headers()['set-cookie']).toMatch(/^meetup_login=/);
	await elsewhere.dispose();

	const other = { ...data, display_name: 'Bea' };
	const reused = await client.call('POST', '/users/register', 422, { data: other, headers });
	expect(reused.text('code')).toBe('IDEMPOTENCY_KEY_REUSED');
	const odd = { 'idempotency-key': 'once', ...NO_COOKIE };
	await client.call('POST', '/users/register', 422, { data, headers: odd });

	// Who lost the answer may have kept the cookie.
	const cookie = `meetup_login=${first.text('token')}`;
	const asHer = await client.call('POST', '/users/register', 201, {
		data,
		headers: { ...headers, cookie, origin: baseURL ?? '' },
	});
	expect(asHer.body).toEqual(first.body);

	// Another person's key is another key.
	const key = { 'idempotency-key': headers['idempotency-key'] };
	const token = first.text('token');
	const place = await client.call('POST', '/places', 201, { token, data: PLACE, headers: key });
	const again = await client.call('POST', '/places', 201, { token, data: PLACE, headers: key });
	expect(again.body).toEqual(place.body);
	const saved = await client.call('GET', '/places', 200, { token });
	expect(saved.body).toMatchObject({ places: [{ id: place.text('place.id') }] });
	expect(saved.text('places.1')).toBe('undefined');
});
