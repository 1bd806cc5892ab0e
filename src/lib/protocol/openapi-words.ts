import type { Json } from './openapi-schemas';

/**
 * What the fields of `/api/v1` mean. Here and not at the schemas, which pages load too. Found by the
 * field's own place (`session.status`, `POST /sessions.display_name`) or else by its name.
 */
export const WORDS: Readonly<Record<string, string>> = {
	id: 'Its id.',
	created_at: 'When it was made.',
	expires_at: 'When it ends by itself.',
	user: 'The person.',
	users: 'The people.',
	user_id: 'The person.',
	session_id: 'The meeting.',
	display_name: 'What the person is called.',
	destination: 'Where to meet; null where nothing is agreed.',
	name: 'What the place is called.',
	lat: 'Degrees north.',
	lon: 'Degrees east.',
	end_reason:
		'`PROXIMITY_REACHED`, `MANUAL_CONFIRM`: they met. `USER_ACTION`, or words of a client’s own: somebody ended it. `EXPIRED`: its time was up. `BLOCKED`. Null while it runs.',
	cursor: '`next_cursor` of the page before.',
	limit: 'Rows of a page.',
	next_cursor: 'What to ask for the next page with; null at the end.',
	token: 'The login token, for `Authorization: Bearer`. It is not told again.',
	password: 'Common ones are refused.',
	session: 'The meeting.',
	sessions: 'The meetings.',
	request: 'The request.',
	requests: 'A page of requests.',
	invite: 'The invite.',
	block: 'The block.',
	blocks: 'The blocks.',
	place: 'The place.',
	places: 'The places.',
	searchable: 'Whether others find you by search.',
	handle: 'The name by which an account logs in and is found. It may be typed in any case.',
	'me.handle': 'The name by which you log in and are found; null for a guest.',
	'user.handle': 'The name by which an account is found; null for a guest.',

	'session.status':
		'`PENDING`: a seat is free. `ACTIVE`: everybody is there. `ENDED`: over, for good.',
	'session.expires_at': 'When it ends by itself. Whoever is in it can extend it.',
	'session.ended_at': 'When it ended; null while it runs.',
	'me.kind': '`guest`: came by link or started without an account.',
	'selfinshort.kind': '`guest`: came by link or started without an account.',
	'request.from_user': 'Who asks.',
	'request.to_user': 'Who is asked, and answers.',
	'request.status':
		'`PENDING` until it is `ACCEPTED`, `REJECTED` (declined), `CANCELLED` (taken back) or `EXPIRED`.',
	'request.note': 'Words of who asks.',
	'request.destination': 'Where to meet, if who asks has said so.',
	'request.expires_at': 'Until when it can be answered.',
	'request.answered_at': 'When it was answered or taken back.',
	'request.session_id': 'The meeting that came of it, once it is accepted.',
	'pastsession.with': 'The others, without those who deleted themselves.',
	'pastsession.started_at': 'When it was made.',
	'pastsession.ended_at': 'When it ended.',
	'block.created_at': 'Since when.',
	'device.device': 'As “Chrome on Android”; empty where it is not known.',
	'device.created_at': 'When somebody logged in on it.',
	'device.expires_at': 'When the login ends, unless it is used.',
	'device.current': 'Whether it is the one that asks.',
	'invite.token': 'The secret: it seats whoever has it. It is not told again.',
	'invite.url': 'The link to pass on; the secret is in its fragment, which no server sees.',
	'invite.expires_at': 'Until when it can be used.',

	'welcome.protocol': 'The version of the socket’s protocol.',
	'welcome.server_time': 'To reckon with a clock that is off.',
	'welcome.self': 'Who asks.',
	'welcome.participants': 'Who is in it.',
	'welcome.locations': 'The last position of each, by the person’s id.',
	'welcome.im_here': 'The open “I’m here” window; null where there is none.',
	'welcome.limits': 'What a socket may send.',
	'limits.updates_per_s': 'Positions a second; as many other messages.',
	'limits.updates_burst': 'How many at once.',
	'limits.frame_max_bytes': 'Of one message.',
	'limits.heartbeat_s': 'Seconds between the server’s pings.',
	'participant.presence': 'Whether a socket is there. It says nothing about how old a position is.',
	'participant.sharing': 'What the person says of sharing positions.',
	'participant.last_seen': 'When last there was a socket or a position; null for never.',
	'participant.route_mode': 'How the person travels, if it was said.',
	'imhere.user_ids': 'Who has said so.',
	'imhere.expires_at': 'Until when the others have to.',

	accuracy_m: 'Radius of the circle of certainty in metres: 0.1 to 100.',
	timestamp: 'When the device measured it: at most 5 minutes from the server’s clock.',
	heading_deg: 'Direction of travel in degrees, clockwise from north.',
	speed_mps: 'Metres a second.',
	client_ts_ms: 'Whatever number the client likes to get back; milliseconds of its own clock.',
	manual: 'True: set by hand on a map, and shown as such.',
	'location.server_time': 'When the server took it.',

	'problem.type': 'Always `about:blank`: `code` tells more.',
	'problem.title': 'The code, in words.',
	'problem.status': 'The HTTP status again.',
	'problem.detail': 'A sentence for whoever writes a client.',
	'problem.code': 'What to go by. More of them may come.',
	'problem.errors': 'With `INVALID_PAYLOAD`: what is wrong with which field.',
	'errors.field': 'Its path, as `destination.lat`; empty for the whole body.',
	'errors.message': 'What is wrong with it; never the value.',
	'problem.request_id': 'With `REQUEST_REVERSED`: the request to answer instead.',
	'problem.distance_m': 'With `TOO_FAR`: how far you are from each other, in metres.',

	'GET /auth/sessions.sessions': 'The devices.',
	'GET /history.sessions': 'A page of meetings.',
	'POST /auth/login.handle': 'In any case.',
	'POST /auth/login.password': 'The password.',
	'PATCH /users/me.current_password': 'Needed with `password`.',
	'GET /users/search.q': 'The beginning of a handle, or a part of a name.',
	'GET /requests.direction': 'To you or from you; without it both.',
	'GET /requests.status': 'Only such; without it all.',
	'POST /requests.to_user_id': 'Whom to ask: an account.',
	'POST /requests.note': 'A line to the other one.',
	'POST /requests.destination': 'Where to meet.',
	'POST /sessions.display_name': 'What a guest is called. An account keeps its own name.',
	'POST /sessions.duration_min': 'How many minutes it lasts, 60 unless told.',
	'POST /sessions.destination': 'Where to meet.',
	'POST /sessions/{id}/extend.minutes': 'How many more.',
	'POST /sessions/{id}/im-here.manual': 'True: “We’ve met anyway”, by hand.',
	'POST /invite/redeem.token': 'The secret of the invite: what stands behind `#` in its link.',
	'POST /invite/redeem.display_name': 'What a guest is called. An account keeps its own name.',
	'POST /push/subscriptions.endpoint': 'The address, as `PushSubscription.toJSON()` gives it.',
	'POST /push/subscriptions.keys': 'Its keys, base64url.',
	'DELETE /push/subscriptions.endpoint': 'The address.',
	'keys.p256dh': 'The browser’s public key: 65 bytes.',
	'keys.auth': 'Its secret: 16 bytes.',

	status: '`waiting_for_peer`: the other one has not said so yet. `ended`: you have met.',
	distance_m: 'How far you are from each other, in metres; absent where that is not known.',
	invited_by: 'What who invites is called.',
	session_expires_at: 'When the meeting ends by itself.',
	public_key: 'base64url.',
	openapi: 'The version of OpenAPI.',

	'auth.id': 'The device.',
	'users.id': 'The person.',
	'requests.id': 'The request.',
	'sessions.id': 'The meeting.',
	'invites.id': 'The invite.',
	'places.id': 'The place.',
};

/** The words for a field of something; throws where there are none, so that none can be forgotten. */
export function wordsFor(owner: string, field: string): string {
	const [own = '', ...path] = owner.split(' ');
	const place = path.length > 0 ? owner : own.toLowerCase();
	const words = WORDS[`${place}.${field}`] ?? WORDS[field];
	if (words === undefined) throw new Error(`the contract has no words for ${owner}.${field}`);
	return words;
}

/** The schema with the words for each of its fields; `owner` is what it is called, or the call. */
export function described(schema: Json, owner: string): Json {
	return Object.fromEntries(
		Object.entries(schema).map(([key, held]) => [
			key,
			key === 'properties' ? describedFields(held, owner) : describedIn(held, owner),
		]),
	);
}

function describedFields(fields: unknown, owner: string): unknown {
	return Object.fromEntries(
		Object.entries(fields ?? {}).map(([name, field]) => [
			name,
			// What stands inside of it belongs to the field, and not to who has the field.
			{ ...described({ ...(field as Json) }, name), description: wordsFor(owner, name) },
		]),
	);
}

function describedIn(held: unknown, owner: string): unknown {
	if (Array.isArray(held)) return held.map((item) => describedIn(item, owner));
	return isJson(held) ? described(held, owner) : held;
}

function isJson(value: unknown): value is Json {
	return typeof value === 'object' && value !== null;
}
