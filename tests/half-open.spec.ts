import { expect, test } from '@playwright/test';
import { readServerFrame } from '$lib/protocol';
import { TestClient } from '$lib/server/gateway/testing-client';
import { startServer } from './support/server';
import { pair } from './support/socket-pairs';
import { openTcpProxy } from './support/tcp-proxy';

/** A phone that drives into a tunnel says no goodbye: its socket stays open, and nothing comes. In real time. */

test('P61 a half-open socket is gone in about a minute, and the other one is told', async () => {
	test.setTimeout(180_000);
	const server = await startServer({ env: { TRUST_PROXY: '1' } });
	const line = await openTcpProxy(server.url);
	const meeting = await pair(server);
	const anas = await meeting.connect('ana', server);
	const address = `${line.url.replace('http', 'ws')}api/v1/ws/meetup?token=${meeting.ben.token}&session_id=${meeting.meetingId}`;
	const bens = new TestClient(address, readServerFrame, { origin: 'null' });
	await bens.next('welcome');
	expect((await anas.next('presence_update')).status).toBe('online');

	await line.hang();
	const presences = () =>
		anas.received.flatMap((m) => (m.type === 'presence_update' ? [m.payload.status] : []));
	// 55 s at most until it is dead, then the grace of 5 s.
	await expect.poll(() => presences().at(-1), { timeout: 75_000 }).toBe('offline');
	bens.terminate();
	await line.close();
	anas.terminate();
	expect(await server.stop()).toBe(0);
});
