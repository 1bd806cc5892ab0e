import { expect } from '@playwright/test';
import type { LatLon } from '$lib/geo';
import { readServerFrame } from '$lib/protocol';
import { TestClient } from '$lib/server/gateway/testing-client';
import { HARBOUR } from '../person';
import { ownAddress } from './address';

/** Two people without pages: what their sockets say and hear. */

/** A server, as far as one must know where it is. */
interface At {
	readonly url: string;
}

/** One call of the API, from an address that nobody had before. Fails where it is refused. */
export async function call(at: At, method: string, path: string, body?: object, token?: string) {
	const response = await fetch(`${at.url}/api/v1/${path}`, {
		method,
		headers: {
			...ownAddress(),
			'content-type': 'application/json',
			...(token !== undefined && { authorization: `Bearer ${token}` }),
		},
		...(body && { body: JSON.stringify(body) }),
	});
	expect(response.ok, `${method} ${path}: ${response.status}`).toBe(true);
	return (await response.json().catch(() => null)) as {
		session: { id: string };
		invite: { token: string };
		user: { id: string };
		token: string;
	};
}

/** Two guests in a running meeting, made at any server. */
export async function pair(at: At) {
	const ana = await call(at, 'POST', 'sessions', { display_name: 'Ana' });
	const wish = { token: ana.invite.token, display_name: 'Ben' };
	const ben = await call(at, 'POST', 'invite/redeem', wish);
	const meetingId = ana.session.id;
	return {
		meetingId,
		ana: { id: ana.user.id, token: ana.token },
		ben: { id: ben.user.id, token: ben.token },
		connect: async (who: 'ana' | 'ben', to: At) => {
			const { token } = who === 'ana' ? ana : ben;
			// As the clients of old do: from a page of anywhere, the token in the address.
			const address = `${to.url.replace('http', 'ws')}/api/v1/ws/meetup?token=${token}&session_id=${meetingId}`;
			const client = new TestClient(address, readServerFrame, { origin: 'null' });
			await client.next('welcome');
			return client;
		},
	};
}

let clockMs = Date.now();
/** Later than the one before, as the rules want it. */
export const fixAt = ({ lat, lon }: LatLon) => {
	clockMs = Math.max(clockMs + 1, Date.now());
	return { lat, lon, accuracy_m: 8, timestamp: new Date(clockMs).toISOString() };
};

/** Says something until the other one hears of it: for as long as servers are finding one another. */
export async function untilHeard(from: TestClient, to: TestClient): Promise<void> {
	const before = to.count('peer_location');
	await expect
		.poll(
			() => {
				from.say('location_update', fixAt(HARBOUR));
				return to.count('peer_location') > before;
			},
			{ intervals: [150], timeout: 20_000 },
		)
		.toBe(true);
}
