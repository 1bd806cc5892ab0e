// What is mutated: a valid message of every type a client may send, and of every call that leads to a socket.

/** @typedef {{ method: string, path: string, body: unknown, as: 'nobody' | 'ana' }} Call */

/** `src/server/fuzz.test.ts` holds this list against the schemas: none is missing, all are valid. */
export const MESSAGES = {
	location_update: () => ({
		lat: 59.9075,
		lon: 10.7531,
		accuracy_m: 8,
		timestamp: new Date().toISOString(),
		heading_deg: 90,
		speed_mps: 1.4,
		client_ts_ms: Date.now(),
		manual: false,
	}),
	sharing_update: () => ({ state: 'live' }),
	im_here: () => ({ manual: true }),
	im_here_cancel: () => ({}),
	destination_update: () => ({ destination: { name: 'Opera', lat: 59.9075, lon: 10.7531 } }),
	route_mode_update: () => ({ mode: 'foot-walking' }),
	end_session: () => ({ reason: 'USER_ACTION' }),
	ping: () => ({ client_ts_ms: Date.now() }),
};

/** A meeting that ends is one less to throw at: it is asked for now and then only. */
const SELDOM = 'end_session';
const OFTEN = /** @type {(keyof typeof MESSAGES)[]} */ (
	Object.keys(MESSAGES).filter((type) => type !== SELDOM)
);

/**
 * @param {import('./random.mjs').Random} random
 * @returns {{ type: string, payload: unknown }}
 */
export function anyMessage(random) {
	const type = random.below(2_000) === 0 ? SELDOM : random.of(OFTEN);
	return { type, payload: MESSAGES[type]() };
}

/** @param {string} meetingId @returns {readonly Call[]} */
export function calls(meetingId) {
	const place = { name: 'Opera', lat: 59.9075, lon: 10.7531 };
	const session = `sessions/${meetingId}`;
	return [
		{
			...{ method: 'POST', path: 'sessions', as: 'nobody' },
			body: { display_name: 'Eve', duration_min: 60, destination: place },
		},
		{
			...{ method: 'POST', path: 'invite/redeem', as: 'nobody' },
			body: { token: 'kD0v3Yb1s8', display_name: 'Eve' },
		},
		{
			...{ method: 'POST', path: `${session}/location`, as: 'ana' },
			body: MESSAGES.location_update(),
		},
		{ method: 'POST', path: `${session}/extend`, as: 'ana', body: { minutes: 1 } },
		{ method: 'POST', path: `${session}/im-here`, as: 'ana', body: { manual: false } },
		{ method: 'POST', path: 'invites', as: 'ana', body: { session_id: meetingId } },
		{ method: 'PATCH', path: 'users/me', as: 'ana', body: { display_name: 'Ana' } },
		{
			...{ method: 'POST', path: 'requests', as: 'ana' },
			body: { to_user_id: meetingId, destination: place, note: 'Coffee?' },
		},
		{ method: 'POST', path: 'blocks', as: 'ana', body: { user_id: meetingId } },
		{
			...{ method: 'POST', path: 'auth/login', as: 'nobody' },
			body: { handle: 'nobody_here', password: 'x' },
		},
	];
}
