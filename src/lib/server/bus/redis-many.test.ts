import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { startRedis } from '../../../../scripts/redis.mjs';
import { openTcpProxy } from '../../../../tests/support/tcp-proxy';
import { textOf } from '$lib/protocol/text-frame';
import { SILENT } from '$lib/server/log';
import { isUp, testLink } from '$lib/server/redis/testing';
import { meetingChannel } from './bus';
import { createRedisBus } from './redis';
import { fixOf, loginRevoked, roundTrip } from './testing';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
	for (const thing of opened.splice(0).reverse()) await thing.close();
});

/** More than may be in flight. */
const MEETINGS = Array.from({ length: 12_000 }, (_, count) => meetingChannel(`many-${count}`));

test('thousands of meetings are all heard again after an outage, and their fixes cross both ways', async () => {
	// A Redis of its own: other tests count what theirs has to do.
	const undo: (() => void | Promise<void>)[] = [];
	const close = async () => {
		for (const step of undo.reverse()) await step();
	};
	opened.push({ close });
	const url = await startRedis('redis-server', undo);
	const proxy = await openTcpProxy(url);
	opened.push(proxy);
	const prefix = `${randomUUID()}:`;
	const open = (instanceId: string, at: string) => {
		const link = testLink(at);
		const bus = createRedisBus({ link, instanceId, log: SILENT, prefix });
		opened.push(link, bus);
		return bus;
	};
	const [here, there] = [open('here', proxy.url), open('there', url)];
	await isUp(here, there);
	await roundTrip(here, there);
	const heard = { here: new Set<string>(), there: new Set<string>(), events: new Set<string>() };
	let isBack = false;
	here.watch({ onBack: () => void (isBack = true) });
	await proxy.cut();
	await expect.poll(() => here.isUp(), { interval: 20, timeout: 15_000 }).toBe(false);
	for (const channel of MEETINGS) {
		void here.subscribe(channel, (event) => {
			if (event.kind === 'fix') heard.here.add(textOf(event.frame));
			else if (event.kind === 'login_revoked') heard.events.add(event.loginId);
		});
		await there.subscribe(channel, (event) => {
			if (event.kind === 'fix') heard.there.add(textOf(event.frame));
		});
	}
	await proxy.heal();
	await expect.poll(() => isBack, { interval: 20, timeout: 30_000 }).toBe(true);

	const missing = (of: ReadonlySet<string>) => MEETINGS.filter((channel) => !of.has(channel));
	await expect
		.poll(
			() => {
				for (const channel of missing(heard.there)) here.relay(channel, fixOf('ana', channel));
				for (const channel of missing(heard.here)) there.relay(channel, fixOf('ben', channel));
				for (const channel of missing(heard.events).slice(0, 5_000))
					there.publish(channel, loginRevoked(channel));
				return [heard.here.size, heard.there.size, heard.events.size];
			},
			{ interval: 250, timeout: 60_000 },
		)
		.toEqual([MEETINGS.length, MEETINGS.length, MEETINGS.length]);
}, 120_000);
