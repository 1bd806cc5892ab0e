import { expect, test } from '@playwright/test';
import { WebSocket } from 'ws';
import { HARBOUR } from './person';
import { startServer, type RunningServer } from './support/server';
import { fixAt, pair } from './support/socket-pairs';

/*
 * Clients of the original system, unchanged: token and session_id in the address, a page of any origin,
 * `location_update` every two seconds and `end_session` out. They know four messages and no others.
 */
let server: RunningServer;
test.beforeAll(async () => {
	server = await startServer({ env: { TRUST_PROXY: '1' } });
});
test.afterAll(async () => {
	await server.stop();
});

const KNOWN = ['peer_location', 'presence_update', 'session_ended', 'error'];
interface Message {
	readonly type: string;
	readonly payload: Readonly<Record<string, unknown>>;
}

function olderClient(token: string, meetingId: string, origin: string) {
	const address = `${server.url.replace('http', 'ws')}/api/v1/ws/meetup?token=${token}&session_id=${meetingId}`;
	const socket = new WebSocket(address, { origin });
	const heard: Message[] = [];
	socket.on('message', (data: Buffer) => {
		const message = JSON.parse(data.toString()) as Message;
		if (KNOWN.includes(message.type)) heard.push(message);
	});
	return {
		heard,
		opened: new Promise((resolve) => socket.once('open', resolve)),
		closed: new Promise<number>((resolve) => socket.once('close', resolve)),
		send: (type: string, payload: object) => socket.send(JSON.stringify({ type, payload })),
		first: (type: string) => heard.find((message) => message.type === type)?.payload,
	};
}

test('They see each other every two seconds, hear who comes, and one ends it for both', async () => {
	const { meetingId, ana, ben } = await pair(server);
	const anas = olderClient(ana.token, meetingId, 'null');
	await anas.opened;
	const bens = olderClient(ben.token, meetingId, 'https://elsewhere.example');
	await bens.opened;
	await expect
		.poll(() => anas.first('presence_update'))
		.toMatchObject({ user_id: ben.id, status: 'online' });

	for (let turn = 1; turn <= 3; turn++) {
		anas.send('location_update', fixAt(HARBOUR));
		await expect
			.poll(() => bens.heard.filter(({ type }) => type === 'peer_location').length)
			.toBe(turn);
		await new Promise((resolve) => setTimeout(resolve, 2_000));
	}
	expect(bens.first('peer_location')).toMatchObject({ user_id: ana.id, accuracy_m: 8 });

	anas.send('location_update', { ...fixAt(HARBOUR), lat: 91 });
	await expect.poll(() => anas.first('error')).toMatchObject({ code: 'INVALID_LOCATION' });
	anas.send('end_session', { reason: 'user_left' });
	for (const client of [anas, bens]) {
		expect(await client.closed).toBe(4410);
		expect(client.first('session_ended')).toMatchObject({ reason: 'user_left' });
	}
});
