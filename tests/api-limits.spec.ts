import { expect, test, type APIRequestContext, type APIResponse } from '@playwright/test';
import { ownAddress } from './support/address';
import {
	atOnce,
	meet,
	newHandle,
	NO_COOKIE,
	PASSWORD,
	problemCode,
	register,
	startMeeting,
	tally,
	type Account,
} from './support/api';

/** Who is too fast is told so, and for how long he has to wait. */

test.use({ permissions: [], extraHTTPHeaders: ownAddress() });

/** So many calls are taken, the next one is not. */
async function expectLimit(
	allowed: number,
	call: (n: number) => Promise<APIResponse>,
	withinS: number,
): Promise<void> {
	for (let n = 0; n < allowed; n += 1)
		expect((await call(n)).status(), `call ${n + 1}`).not.toBe(429);
	await expectTooOften(await call(allowed), withinS);
}

async function expectTooOften(response: APIResponse, withinS: number): Promise<void> {
	expect(await problemCode(response)).toBe('RATE_LIMIT_EXCEEDED');
	const waitS = Number(response.headers()['retry-after']);
	expect(waitS).toBeGreaterThan(0);
	expect(waitS).toBeLessThanOrEqual(withinS);
}

const logIn = (
	request: APIRequestContext,
	handle: string,
	password: string,
	address: Record<string, string>,
) =>
	request.post('/api/v1/auth/login', {
		data: { handle, password },
		headers: { ...NO_COOKIE, ...address },
	});

test('guessing the password of one handle ends after ten tries, from wherever they come', async ({
	request,
}) => {
	const { handle } = await register(request);
	const guess = (password: string) => logIn(request, handle, password, ownAddress());
	await expectLimit(10, () => guess('a wrong guess'), 15 * 60);
	await expectTooOften(await guess(PASSWORD), 15 * 60);
});

test('trying many handles from one address ends after thirty tries', async ({ request }) => {
	const here = ownAddress();
	await expectLimit(30, () => logIn(request, newHandle(), 'a wrong guess', here), 15 * 60);
	const { handle } = await register(request);
	expect((await logIn(request, handle, PASSWORD, ownAddress())).status()).toBe(200);
});

test('logging in rightly costs nothing', async ({ request }) => {
	const { handle } = await register(request);
	const here = ownAddress();
	for (let n = 0; n < 32; n += 1)
		expect((await logIn(request, handle, PASSWORD, here)).status()).toBe(200);
});

test('guessing the current password of a device left open ends after ten tries', async ({
	request,
}) => {
	const { headers } = await register(request);
	const data = { password: 'another green kettle', current_password: 'a wrong guess' };
	await expectLimit(10, () => request.patch('/api/v1/users/me', { data, headers }), 15 * 60);
});

test('one address makes ten accounts an hour, guests who stay among them', async ({ request }) => {
	const headers = { ...NO_COOKIE, ...ownAddress() };
	const data = () => ({ handle: newHandle(), display_name: 'Ana', password: PASSWORD });
	await expectLimit(
		10,
		() => request.post('/api/v1/users/register', { data: data(), headers }),
		60 * 60,
	);
	const { token } = await startMeeting(request);
	const keep = { ...headers, authorization: `Bearer ${token}` };
	await expectTooOften(
		await request.post('/api/v1/users/me/keep', { data: data(), headers: keep }),
		60 * 60,
	);
});

test('strangers at one address open thirty invites and start thirty meetings an hour', async ({
	request,
}) => {
	const headers = { ...NO_COOKIE, ...ownAddress() };
	const redeem = '/api/v1/invite/redeem';
	const data = { token: 'x'.repeat(43) };
	await expectLimit(30, () => request.post(redeem, { data, headers }), 60 * 60);
	await expectLimit(30, () => request.post('/api/v1/sessions', { data: {}, headers }), 60 * 60);
	// Who is known is counted by himself.
	const { headers: known } = await register(request);
	const own = { ...headers, ...known };
	expect(await problemCode(await request.post(redeem, { data, headers: own }))).toBe(
		'INVITE_UNKNOWN',
	);
	expect((await request.post('/api/v1/sessions', { data: {}, headers: own })).status()).toBe(201);
});

test('five requests a minute, ten invites, thirty searches', async ({ request }) => {
	const [ana, ben] = [await register(request), await register(request, 'Ben')];
	const { headers } = ana;
	const data = { to_user_id: ben.id };
	await expectLimit(5, () => request.post('/api/v1/requests', { data, headers }), 60);

	const started = await request.post('/api/v1/sessions', { data: {}, headers });
	const { session } = (await started.json()) as { session: { id: string } };
	const invite = { session_id: session.id };
	await expectLimit(10, () => request.post('/api/v1/invites', { data: invite, headers }), 60);

	const params = { q: 'nobody' };
	await expectLimit(30, () => request.get('/api/v1/users/search', { params, headers }), 60);
});

test('ten positions a second', async ({ request }) => {
	const [ana, ben] = [await register(request), await register(request, 'Ben')];
	const { meetingId } = await meet(request, ana, ben);
	const send = (who: Account) =>
		request.post(`/api/v1/sessions/${meetingId}/location`, {
			headers: who.headers,
			data: {
				...{ lat: 59.91, lon: 10.75, accuracy_m: 10 },
				timestamp: new Date().toISOString(),
			},
		});
	const sent = await atOnce(60, () => send(ana));
	const refused = sent.filter((response) => response.status() === 429);
	expect(refused.length).toBeGreaterThan(0);
	for (const response of refused) await expectTooOften(response, 1);
	expect((await send(ben)).status()).toBe(204);
});

test('a login changes sixty things a minute, and reads what it likes', async ({ request }) => {
	const { headers } = await register(request);
	const change = () => request.patch('/api/v1/users/me', { data: { searchable: true }, headers });
	const changed = await tally(await atOnce(60, change));
	expect(changed).toEqual({ '200': 60 });
	await expectTooOften(await change(), 60);
	await expectTooOften(
		await request.post('/api/v1/blocks', { data: { user_id: 'x' }, headers }),
		60,
	);
	expect((await request.get('/api/v1/users/me', { headers })).status()).toBe(200);
});
