// Meetings, made as strangers make them: by the API, each pair from an address of its own.

/** @typedef {{ id: string, tokens: [string, string], address: string }} Meeting */

/** So many are made at a time. */
const AT_ONCE = 16;
/** Longer than any bench. */
const DURATION_MIN = 480;

/**
 * @param {{ port: number }} server
 * @param {number} count
 * @returns {Promise<Meeting[]>}
 */
export async function makeMeetings({ port }, count) {
	/** @type {Meeting[]} */
	const meetings = [];
	let next = 0;
	const makeInTurn = async () => {
		while (next < count) meetings.push(await makeMeeting(port, addressOf(next++)));
	};
	await Promise.all(Array.from({ length: AT_ONCE }, makeInTurn));
	return meetings;
}

/**
 * The seats of both people of each meeting, side by side.
 * @param {readonly Meeting[]} meetings
 * @param {(pair: number, side: number) => { port: number }} serverOf who sits at which server
 * @returns {import('./load/walker.mjs').Seat[]}
 */
export function seatsOf(meetings, serverOf) {
	return meetings.flatMap(({ id, tokens, address }, pair) =>
		tokens.map((token, side) => ({
			port: serverOf(pair, side).port,
			target: `/api/v1/ws/meetup?session_id=${id}`,
			headers: { authorization: `Bearer ${token}`, 'x-forwarded-for': address },
			isWelcomed: true,
		})),
	);
}

/**
 * As many seats at the floor, which asks nobody who he is.
 * @param {number} pairs
 * @param {{ port: number }} floor
 * @returns {import('./load/walker.mjs').Seat[]}
 */
export function seatsAtFloor(pairs, { port }) {
	return Array.from({ length: pairs * 2 }, (_, index) => ({
		port,
		target: `/?session_id=${index >> 1}`,
		headers: {},
		isWelcomed: false,
	}));
}

/**
 * @param {number} port
 * @param {string} address
 * @returns {Promise<Meeting>}
 */
async function makeMeeting(port, address) {
	const ana = { display_name: 'Ana', duration_min: DURATION_MIN };
	const started = await post(port, 'sessions', address, ana);
	const ben = { display_name: 'Ben', token: started.invite.token };
	const redeemed = await post(port, 'invite/redeem', address, ben);
	return { id: started.session.id, tokens: [started.token, redeemed.token], address };
}

/**
 * @param {number} port
 * @param {string} path
 * @param {string} address
 * @param {object} body
 * @returns {Promise<any>}
 */
async function post(port, path, address, body) {
	const response = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`, {
		method: 'POST',
		headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
		body: JSON.stringify(body),
	});
	if (!response.ok)
		throw new Error(`POST ${path} was answered ${response.status}: ${await response.text()}`);
	return response.json();
}

function addressOf(/** @type {number} */ index) {
	return `10.${(index >> 16) & 0xff}.${(index >> 8) & 0xff}.${index & 0xff}`;
}
