import { expect, test } from '@playwright/test';
import { ownAddress } from './support/address';
import { newHandle, NO_COOKIE, PASSWORD } from './support/api';
import { Client, type Someone } from './support/api-client';
import { readContract } from './support/contract';

/** The whole of `/api/v1`, as a client uses it who knows nothing but `openapi.json`. */

test.use({ permissions: [], extraHTTPHeaders: ownAddress() });

const PLACE = { name: 'Fountain', lat: 59.91, lon: 10.75 };
const LAPTOP = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0' };
const NOWHERE = '00000000-0000-4000-8000-000000000000';
const PUSH = {
	endpoint: 'http://127.0.0.1:9/nobody',
	keys: { p256dh: 'B'.repeat(87), auth: 'a'.repeat(22) },
};

test('every call answers by the contract, and every call of the contract is made', async ({
	request,
}) => {
	const contract = await readContract(request);
	const client = new Client(request, contract);
	const call = client.call.bind(client);
	await call('GET', '/openapi.json', 200);
	await call('GET', '/push/key', 200);
	const world = { call, ana: await client.register('Ana'), ben: await client.register('Ben') };
	await devices(world);
	await oneself(world);
	await others(world);
	await meeting(world, await requests(world));
	const byLink = await invites(world);
	await byHand(world, byLink);
	await past(world, byLink);
	await keeping(world);
	await blocks(world);
	await farewell(world);
	expect([...client.called].sort()).toEqual([...contract.calls].sort());
});

interface World {
	readonly call: Client['call'];
	readonly ana: Someone;
	readonly ben: Someone;
}

/** Logged in on three devices: one is revoked, one logs out. */
async function devices({ call, ana }: World): Promise<void> {
	const { token } = ana;
	const phone = await call('POST', '/auth/login', 200, {
		data: { handle: `@${ana.handle.toUpperCase()}`, password: PASSWORD },
		headers: { ...NO_COOKIE, ...LAPTOP },
	});
	const devices = await call('GET', '/auth/sessions', 200, { token });
	const isPhone = devices.text('sessions.0.current') === 'false' ? 0 : 1;
	const ids = { id: devices.text(`sessions.${isPhone}.id`) };
	await call('DELETE', '/auth/sessions/{id}', 204, { token, ids });
	await call('DELETE', '/auth/sessions/{id}', 404, { token, ids });
	await call('GET', '/users/me', 401, { token: phone.text('token') });
	const out = await call('POST', '/auth/login', 200, {
		data: { handle: ana.handle, password: PASSWORD },
		headers: NO_COOKIE,
	});
	const loggedOut = await call('POST', '/auth/logout', 204, { token: out.text('token') });
	expect(loggedOut.response.headers()['set-cookie']).toMatch(/^meetup_login=;.*Max-Age=0/);
	await call('POST', '/auth/logout', 401, { token: out.text('token') });
	await call('POST', '/auth/login', 401, {
		data: { handle: ana.handle, password: 'wrong one' },
		headers: NO_COOKIE,
	});
}

/** What may not be set is not set. */
async function oneself({ call, ana }: World): Promise<void> {
	const { token } = ana;
	await call('GET', '/users/me', 200, { token });
	const changed = await call('PATCH', '/users/me', 200, {
		token,
		data: { display_name: 'Ana B', kind: 'guest', handle: 'somebody', created_at: 1 },
	});
	expect(changed.body).toMatchObject({
		user: { display_name: 'Ana B', kind: 'account', handle: ana.handle },
	});
	await call('PATCH', '/users/me', 422, { token, data: { password: 'another green kettle' } });
	await call('PATCH', '/users/me', 403, {
		token,
		data: { password: 'another green kettle', current_password: 'wrong' },
	});
	await call('PATCH', '/users/me', 200, {
		token,
		data: { password: 'another green kettle', current_password: PASSWORD },
	});
	await call('GET', '/users/me/export', 200, { token });
}

/** Found by handle, looked up by id. */
async function others({ call, ana, ben }: World): Promise<void> {
	const { token } = ana;
	const found = await call('GET', '/users/search', 200, { token, query: { q: ben.handle } });
	expect(found.text('users.0.id')).toBe(ben.id);
	await call('GET', '/users/search', 422, { token, query: { q: ' b ' } });
	await call('GET', '/users/{id}', 200, { token, ids: { id: ben.id } });
	await call('GET', '/users/{id}', 200, { token, ids: { id: ana.id } });
	await call('GET', '/users/{id}', 404, { token, ids: { id: NOWHERE } });
	await call('GET', '/users/{id}', 400, { token, ids: { id: 'nobody' } });
}

/** Asked, cancelled, declined, accepted; the meeting that came of it. */
async function requests({ call, ana, ben }: World): Promise<string> {
	const { token } = ana;
	const wish = { to_user_id: ben.id, note: 'Coffee?', destination: PLACE };
	const asked = await call('POST', '/requests', 201, { token, data: wish });
	const again = await call('POST', '/requests', 200, { token, data: wish });
	const request1 = { id: asked.text('request.id') };
	expect(again.text('request.id')).toBe(request1.id);
	const reversed = await call('POST', '/requests', 409, {
		token: ben.token,
		data: { to_user_id: ana.id },
	});
	expect(reversed.body).toMatchObject({ code: 'REQUEST_REVERSED', request_id: request1.id });
	await call('POST', '/requests', 400, { token, data: { to_user_id: ana.id } });
	await call('POST', '/requests', 404, { token, data: { to_user_id: NOWHERE } });
	await call('GET', '/requests/{id}', 200, { token: ben.token, ids: request1 });
	await call('GET', '/requests/{id}', 404, { token, ids: { id: NOWHERE } });
	await call('POST', '/requests/{id}/cancel', 200, { token, ids: request1 });
	await call('POST', '/requests/{id}/accept', 409, { token: ben.token, ids: request1 });
	const backward = await call('POST', '/requests', 201, {
		token: ben.token,
		data: { to_user_id: ana.id },
	});
	await call('POST', '/requests/{id}/decline', 200, {
		token,
		ids: { id: backward.text('request.id') },
	});
	const third = await call('POST', '/requests', 201, {
		token: ben.token,
		data: { to_user_id: ana.id },
	});
	const accepted = await call('POST', '/requests/{id}/accept', 200, {
		token,
		ids: { id: third.text('request.id') },
	});
	expect(accepted.text('session.status')).toBe('ACTIVE');
	const first = await call('GET', '/requests', 200, { token, query: { limit: '2' } });
	const cursor = first.text('next_cursor');
	const rest = await call('GET', '/requests', 200, { token, query: { limit: '2', cursor } });
	expect(rest.body).toMatchObject({ requests: [{ id: request1.id }], next_cursor: null });
	const incoming = { direction: 'incoming', status: 'REJECTED' };
	const declined = await call('GET', '/requests', 200, { token, query: incoming });
	expect(declined.text('requests.0.id')).toBe(backward.text('request.id'));
	for (const wrong of ['limit=0', 'limit=101', 'limit=x', 'status=OPEN', 'direction=up'])
		await call('GET', '/requests', 422, {
			token,
			query: Object.fromEntries(new URLSearchParams(wrong)),
		});
	return accepted.text('session.id');
}

/** A meeting without a socket. */
async function meeting({ call, ana, ben }: World, id: string): Promise<void> {
	const { token } = ana;
	const meeting = { id };
	const fix = (lat: number) => ({
		...{ lat, lon: 10.75, accuracy_m: 10 },
		timestamp: new Date().toISOString(),
	});
	await call('GET', '/sessions/active', 200, { token });
	await call('GET', '/sessions/{id}', 200, { token, ids: meeting });
	await call('POST', '/sessions/{id}/im-here', 409, { token, ids: meeting, data: {} });
	await call('POST', '/sessions/{id}/location', 204, { token, ids: meeting, data: fix(59.91) });
	const wrong = await call('POST', '/sessions/{id}/location', 422, {
		...{ token, ids: meeting },
		data: { ...fix(59.91), accuracy_m: 500 },
	});
	expect(wrong.body).toMatchObject({
		code: 'INVALID_LOCATION',
		detail: 'accuracy_m must be between 0.1 and 100.',
	});
	await call('POST', '/sessions/{id}/location', 422, { token, ids: meeting, data: { lat: '1' } });
	await call('POST', '/sessions/{id}/location', 204, {
		...{ token: ben.token, ids: meeting },
		data: fix(59.92),
	});
	const tooFar = await call('POST', '/sessions/{id}/im-here', 409, { token, ids: meeting });
	expect(tooFar.text('code')).toBe('TOO_FAR');
	expect(Number(tooFar.text('distance_m'))).toBeCloseTo(1_112, -1);
	await call('GET', '/sessions/{id}/snapshot', 200, { token, ids: meeting });
	await call('POST', '/sessions/{id}/extend', 200, { token, ids: meeting, data: { minutes: 5 } });
	await call('DELETE', '/sessions/{id}', 200, { token, ids: meeting });
}

/** A guest comes by link, makes himself an account and loses his seat; the meeting waits. */
async function invites({ call, ana, ben }: World): Promise<string> {
	const { token } = ana;
	const alone = await call('POST', '/sessions', 201, { headers: { ...NO_COOKIE, ...LAPTOP } });
	const own = await call('GET', '/auth/sessions', 200, { token: alone.text('token') });
	expect(own.text('sessions.0.device')).toBe('Firefox on Linux');
	const started = await call('POST', '/sessions', 201, { token, data: { destination: PLACE } });
	const open = { id: started.text('session.id') };
	const renewed = await call('POST', '/invites', 201, { token, data: { session_id: open.id } });
	const secret = renewed.text('invite.token');
	const headers = { 'x-invite-token': secret };
	await call('GET', '/invites/preview', 200, { headers });
	await call('GET', '/invites/preview', 404, { headers: { 'x-invite-token': 'x' } });
	const redeemed = await call('POST', '/invite/redeem', 200, {
		data: { token: secret, display_name: 'Cal' },
		headers: { ...NO_COOKIE, ...LAPTOP },
	});
	const guest = redeemed.text('token');
	const devices = await call('GET', '/auth/sessions', 200, { token: guest });
	expect(devices.text('sessions.0.device')).toBe('Firefox on Linux');
	await call('GET', '/friends', 403, { token: guest });
	const participant = { id: open.id, user_id: redeemed.text('user.id') };
	const remove = '/sessions/{id}/participants/{user_id}';
	await call('DELETE', remove, 403, { token: guest, ids: { ...participant, user_id: ana.id } });
	const kept = await call('POST', '/users/me/keep', 200, {
		token: guest,
		data: { handle: newHandle(), password: PASSWORD },
	});
	expect(kept.body).toMatchObject({ user: { kind: 'account', display_name: 'Cal' } });
	await call('POST', '/users/me/keep', 409, {
		token: guest,
		data: { handle: newHandle(), password: PASSWORD },
	});
	const removed = await call('DELETE', remove, 200, { token, ids: participant });
	expect(removed.text('session.status')).toBe('PENDING');
	await call('DELETE', remove, 404, { token, ids: participant });
	const another = await call('POST', '/invites', 201, { token, data: { session_id: open.id } });
	const invite = { id: another.text('invite.id') };
	await call('DELETE', '/invites/{id}', 404, { token: ben.token, ids: invite });
	await call('DELETE', '/invites/{id}', 204, { token, ids: invite });
	await call('POST', '/invite/redeem', 410, {
		data: { token: another.text('invite.token') },
		headers: NO_COOKIE,
	});
	return open.id;
}

/** By hand both say that they have met. */
async function byHand({ call, ana, ben }: World, id: string): Promise<void> {
	const { token } = ana;
	const open = { id };
	const last = await call('POST', '/invites', 201, { token, data: { session_id: open.id } });
	await call('POST', '/invite/redeem', 200, {
		token: ben.token,
		data: { token: last.text('invite.token') },
	});
	const manual = { ids: open, data: { manual: true } };
	const waiting = await call('POST', '/sessions/{id}/im-here', 200, { token, ...manual });
	expect(waiting.body).toMatchObject({ status: 'waiting_for_peer' });
	const met = await call('POST', '/sessions/{id}/im-here', 200, { token: ben.token, ...manual });
	expect(met.body).toEqual({ status: 'ended' });
}

/** What is left of it, until it is taken out. */
async function past({ call, ana, ben }: World, id: string): Promise<void> {
	const { token } = ana;
	const open = { id };
	const past = await call('GET', '/history', 200, { token, query: { limit: '1' } });
	expect(past.text('sessions.0.session_id')).toBe(open.id);
	expect(past.text('sessions.0.end_reason')).toBe('MANUAL_CONFIRM');
	await call('DELETE', '/history/{session_id}', 204, { token, ids: { session_id: open.id } });
	await call('DELETE', '/history/{session_id}', 404, { token, ids: { session_id: open.id } });
	await call('DELETE', '/history', 204, { token });
	const none = await call('GET', '/history', 200, { token });
	expect(none.body).toEqual({ sessions: [], next_cursor: null });
	await call('GET', '/friends', 200, { token });
	await call('DELETE', '/friends/{user_id}', 204, { token, ids: { user_id: ben.id } });
	await call('DELETE', '/friends/{user_id}', 404, { token, ids: { user_id: ben.id } });
}

/** Places, and where to send notices. */
async function keeping({ call, ana }: World): Promise<void> {
	const { token } = ana;
	const saved = await call('POST', '/places', 201, { token, data: PLACE });
	await call('GET', '/places', 200, { token });
	await call('DELETE', '/places/{id}', 204, { token, ids: { id: saved.text('place.id') } });
	await call('DELETE', '/places/{id}', 404, { token, ids: { id: saved.text('place.id') } });

	await call('POST', '/push/subscriptions', 201, { token, data: PUSH });
	const { endpoint } = PUSH;
	await call('DELETE', '/push/subscriptions', 204, { token, data: { endpoint } });
	await call('DELETE', '/push/subscriptions', 404, { token, data: { endpoint } });
	for (const wrongOne of ['http://push.example/x', 'ftp://x', 'x', `https://a/${'x'.repeat(1000)}`])
		await call('POST', '/push/subscriptions', 422, {
			token,
			data: { ...PUSH, endpoint: wrongOne },
		});
}

/** Neither finds the other. */
async function blocks({ call, ana, ben }: World): Promise<void> {
	const { token } = ana;
	await call('POST', '/blocks', 200, { token, data: { user_id: ben.id } });
	await call('POST', '/blocks', 400, { token, data: { user_id: ana.id } });
	await call('GET', '/blocks', 200, { token });
	await call('GET', '/users/{id}', 404, { token: ben.token, ids: { id: ana.id } });
	await call('DELETE', '/blocks/{user_id}', 204, { token, ids: { user_id: ben.id } });
	await call('DELETE', '/blocks/{user_id}', 404, { token, ids: { user_id: ben.id } });
}

/** And nothing is left of her. */
async function farewell({ call, ana, ben }: World): Promise<void> {
	const { token } = ana;
	await call('DELETE', '/users/me', 204, { token });
	await call('GET', '/users/me', 401, { token });
	await call('GET', '/users/{id}', 404, { token: ben.token, ids: { id: ana.id } });
}
