import { expect, test } from '@playwright/test';
import { ownAddress } from './support/address';
import { bearer, newCaller, problemCode, startMeeting } from './support/api';

/** The plain HTTP side of the production build: the calls of the core loop, as any client makes them. */

test.use({ permissions: [] });
// The guests made here are counted by this address, and not with those of the other stories.
test.use({ extraHTTPHeaders: ownAddress() });

test('every page and answer carries the headers that keep others out', async ({ request }) => {
	for (const path of ['/', '/i', '/privacy', '/api/v1/sessions/active', '/nowhere']) {
		const headers = (await request.get(path)).headers();
		expect(headers['referrer-policy'], path).toBe('no-referrer');
		expect(headers['permissions-policy'], path).toContain('geolocation=(self)');
		expect(headers['x-content-type-options'], path).toBe('nosniff');
		expect(headers['cache-control'], path).toContain('no-store');
	}
	const policy = (await request.get('/')).headers()['content-security-policy'] ?? '';
	expect(policy).toContain("default-src 'none'");
	expect(policy).toMatch(/script-src 'self' 'nonce-/);
	expect(policy).toContain("frame-ancestors 'none'");
	expect(policy).not.toContain('unsafe-');
});

test('health and readiness are told without a login', async ({ request }) => {
	expect((await request.get('/health')).status()).toBe(200);
	const ready = await request.get('/ready');
	expect(ready.status()).toBe(200);
	expect(await ready.json()).toMatchObject({ status: 'ready', components: { database: true } });
});

test('a client starts, invites, previews, redeems, reads and ends', async ({
	playwright,
	baseURL,
}) => {
	const ana = await newCaller(playwright, baseURL);
	const ben = await newCaller(playwright, baseURL);
	const { session, invite, user } = await startMeeting(ana, {
		display_name: 'Ana',
		duration_min: 30,
	});
	expect(session.status).toBe('PENDING');
	expect(Date.parse(session.expires_at) - Date.parse(session.created_at)).toBe(30 * 60_000);
	expect(user).toMatchObject({ kind: 'guest', display_name: 'Ana' });
	expect(invite.url).toBe(`${baseURL}/i#${invite.token}`);

	const preview = await ben.get('/api/v1/invites/preview', {
		headers: { 'x-invite-token': invite.token },
	});
	expect(await preview.json()).toMatchObject({
		invited_by: 'Ana',
		session_expires_at: session.expires_at,
	});

	const redeemed = await ben.post('/api/v1/invite/redeem', {
		data: { token: invite.token, display_name: 'Ben' },
	});
	expect(redeemed.status()).toBe(200);
	expect(await redeemed.json()).toMatchObject({ session: { id: session.id, status: 'ACTIVE' } });

	const snapshot = await ben.get(`/api/v1/sessions/${session.id}/snapshot`);
	const welcome = (await snapshot.json()) as { participants: { display_name: string }[] };
	expect(welcome.participants.map((person) => person.display_name)).toEqual(['Ana', 'Ben']);

	const extended = await ben.post(`/api/v1/sessions/${session.id}/extend`, {
		data: { minutes: 30 },
		headers: { origin: baseURL ?? '' },
	});
	const later = (await extended.json()) as { session: { expires_at: string } };
	expect(Date.parse(later.session.expires_at) - Date.parse(session.expires_at)).toBe(30 * 60_000);

	const ended = await ana.delete(`/api/v1/sessions/${session.id}`, {
		headers: { origin: baseURL ?? '' },
	});
	expect(await ended.json()).toMatchObject({
		session: { status: 'ENDED', end_reason: 'USER_ACTION' },
	});
	const again = await ben.delete(`/api/v1/sessions/${session.id}`, {
		headers: { origin: baseURL ?? '' },
	});
	expect(await again.json()).toEqual(await ended.json());
	expect(await problemCode(await ben.get(`/api/v1/sessions/${session.id}/snapshot`))).toBe(
		'MEETING_ENDED',
	);
	await ana.dispose();
	await ben.dispose();
});

test('an invite is spent once, replaced by a newer one, and unknown ones stay unknown', async ({
	playwright,
	baseURL,
}) => {
	const ana = await newCaller(playwright, baseURL);
	const { session, invite, token } = await startMeeting(ana);
	const preview = async (secret: string) =>
		ana.get('/api/v1/invites/preview', { headers: { 'x-invite-token': secret } });

	const renewed = await ana.post('/api/v1/invites', {
		data: { session_id: session.id },
		headers: bearer(token),
	});
	expect(renewed.status()).toBe(201);
	const newer = ((await renewed.json()) as { invite: { token: string } }).invite.token;
	expect(await problemCode(await preview(invite.token))).toBe('INVITE_REVOKED');

	const redeem = async (name: string) => {
		const stranger = await newCaller(playwright, baseURL);
		const response = await stranger.post('/api/v1/invite/redeem', {
			data: { token: newer, display_name: name },
		});
		const outcome = response.ok() ? 'seated' : await problemCode(response);
		await stranger.dispose();
		return outcome;
	};
	expect(await redeem('Ben')).toBe('seated');
	expect(await redeem('Cal')).toBe('INVITE_SPENT');
	expect(await problemCode(await preview('x'.repeat(43)))).toBe('INVITE_UNKNOWN');
	expect(await problemCode(await preview('short'))).toBe('INVITE_UNKNOWN');
	await ana.dispose();
});

test('an outsider does not learn that a meeting exists', async ({ playwright, baseURL }) => {
	const ana = await newCaller(playwright, baseURL);
	const { session } = await startMeeting(ana);
	const stranger = await newCaller(playwright, baseURL);
	const path = `/api/v1/sessions/${session.id}`;
	expect(await problemCode(await stranger.get(path))).toBe('UNAUTHENTICATED');

	const { token } = await startMeeting(stranger);
	const headers = bearer(token);
	for (const response of [
		await stranger.get(path, { headers }),
		await stranger.get(`${path}/snapshot`, { headers }),
		await stranger.delete(path, { headers }),
		await stranger.post(`${path}/extend`, { headers, data: { minutes: 5 } }),
		await stranger.post('/api/v1/invites', { headers, data: { session_id: session.id } }),
	])
		expect(await problemCode(response)).toBe('NOT_FOUND');
	expect(await problemCode(await stranger.get('/api/v1/sessions/1;drop', { headers }))).toBe(
		'INVALID_ID',
	);
	await ana.dispose();
	await stranger.dispose();
});

test('a cookie works only from our own pages, a token from anywhere', async ({
	playwright,
	baseURL,
}) => {
	const ana = await newCaller(playwright, baseURL);
	const { session, token } = await startMeeting(ana);
	const path = `/api/v1/sessions/${session.id}/extend`;
	const data = { minutes: 5 };

	const foreign = await ana.post(path, { data, headers: { origin: 'https://evil.example' } });
	expect(await problemCode(foreign)).toBe('FORBIDDEN_ORIGIN');
	expect(await problemCode(await ana.post(path, { data }))).toBe('FORBIDDEN_ORIGIN');
	const own = await ana.post(path, { data, headers: { origin: baseURL ?? '' } });
	expect(own.status()).toBe(200);
	const byToken = await ana.post(path, {
		data,
		headers: { origin: 'https://evil.example', ...bearer(token) },
	});
	expect(byToken.status()).toBe(200);
	await ana.dispose();
});

test('a form posted from another site is refused', async ({ request }) => {
	const callers: Record<string, string>[] = [
		{},
		{ origin: 'https://evil.example' },
		{ origin: 'null' },
		{ origin: 'null', 'sec-fetch-site': 'cross-site' },
	];
	for (const headers of callers) {
		const form = { display_name: 'Mallory' };
		const response = await request.post('/?/start', { form, headers });
		expect(response.status(), JSON.stringify(headers)).toBe(403);
		expect(response.headers()['set-cookie']).toBeUndefined();
	}
});

test('the login cookie is out of reach of scripts and of other sites', async ({ request }) => {
	const response = await request.post('/api/v1/sessions', { data: {} });
	const cookie = response.headers()['set-cookie'] ?? '';
	expect(cookie).toMatch(/^meetup_login=/);
	expect(cookie).toContain('HttpOnly');
	expect(cookie).toContain('SameSite=Lax');
	expect(cookie).toContain('Path=/');
});

test('wrong bodies are told by field, and their values are not repeated', async ({ request }) => {
	const post = (data: unknown, type = 'application/json') =>
		request.post('/api/v1/sessions', {
			data: typeof data === 'string' ? data : JSON.stringify(data),
			headers: { 'content-type': type },
		});
	const tooLong = await post({ display_name: 'x'.repeat(41) });
	expect(tooLong.status()).toBe(422);
	const problem = (await tooLong.json()) as { errors: { field: string }[] };
	expect(problem.errors.map(({ field }) => field)).toEqual(['display_name']);
	expect(JSON.stringify(problem)).not.toContain('xxx');

	expect(await problemCode(await post({ duration_min: 100_000 }))).toBe('INVALID_PAYLOAD');
	expect(await problemCode(await post('{'))).toBe('INVALID_PAYLOAD');
	expect(await problemCode(await post('[]'))).toBe('INVALID_PAYLOAD');
	expect(await problemCode(await post('{}', 'text/xml'))).toBe('UNSUPPORTED_MEDIA_TYPE');
	for (const length of [20_000, 100_000])
		expect(await problemCode(await post({ display_name: 'x'.repeat(length) }))).toBe('TOO_LARGE');
	expect(await problemCode(await post({ display_name: '\0\0' }))).toBe('INVALID_PAYLOAD');
});

test('a form that is none gets the answer of an empty one, and a wrong method is told', async ({
	request,
	baseURL,
}) => {
	const headers = { origin: baseURL ?? '', 'content-type': 'multipart/form-data; boundary=x' };
	const join = await request.post('/i?/join', { headers, data: 'no form' });
	expect(join.status()).toBeLessThan(500);
	expect((await request.post('/privacy', { headers, data: '' })).status()).toBe(405);
});

test('an ended meeting is not there for an outsider either', async ({ playwright, baseURL }) => {
	const ana = await newCaller(playwright, baseURL);
	const { session, token } = await startMeeting(ana);
	await ana.delete(`/api/v1/sessions/${session.id}`, { headers: bearer(token) });
	const stranger = await newCaller(playwright, baseURL);
	const headers = bearer((await startMeeting(stranger)).token);
	for (const response of [
		await stranger.post(`/api/v1/sessions/${session.id}/extend`, { headers, data: { minutes: 5 } }),
		await stranger.get(`/api/v1/sessions/${session.id}/snapshot`, { headers }),
		await stranger.delete(`/api/v1/sessions/${session.id}`, { headers }),
	])
		expect(await problemCode(response)).toBe('NOT_FOUND');
	await ana.dispose();
	await stranger.dispose();
});

test('files carry nosniff too', async ({ request }) => {
	const headers = (await request.get('/map/world.json')).headers();
	expect(headers['x-content-type-options']).toBe('nosniff');
});
