import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, expect, test } from 'vitest';
import { openTcpProxy, type TcpProxy } from '../../../../tests/support/tcp-proxy';
import { textOf } from '$lib/protocol/text-frame';
import { SILENT } from '$lib/server/log';
import type { RedisLink } from '$lib/server/redis';
import { isUp, testLink, testRedisUrl } from '$lib/server/redis/testing';
import { personChannel, type Bus } from './bus';
import { busContract } from './bus.contract';
import { createRedisBus } from './redis';
import { relayContract } from './relay.contract';
import { subscriptionsContract } from './subscriptions.contract';
import { ANA, createEar, fixOf, loginRevoked, MEETING } from './testing';

const open = async () => {
	const prefix = `${randomUUID()}:`;
	const links: RedisLink[] = [];
	return {
		connect(instanceId: string) {
			const link = testLink();
			links.push(link);
			return createRedisBus({ link, instanceId, log: SILENT, prefix });
		},
		async close() {
			await Promise.all(links.map((link) => link.close()));
		},
	};
};

busContract('over Redis', open);
relayContract('over Redis', open);
subscriptionsContract('over Redis', open, {
	async nodes() {
		await isUp(counter);
		return [counter.commands];
	},
});

const url = testRedisUrl();
const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
	for (const thing of opened.splice(0).reverse()) await thing.close();
});

function openBus(instanceId: string, at: string, prefix: string): Bus {
	const link = testLink(at);
	const bus = createRedisBus({ link, instanceId, log: SILENT, prefix });
	opened.push(link, bus);
	return bus;
}

async function openProxy(): Promise<TcpProxy> {
	const proxy = await openTcpProxy(url);
	opened.push(proxy);
	return proxy;
}

test('subscribing resolves while Redis is away, and local listeners are served', async () => {
	const proxy = await openProxy();
	await proxy.cut();
	const bus = openBus('here', proxy.url, `${randomUUID()}:`);
	const ear = createEar();
	await bus.subscribe(ANA, ear.hear);
	bus.publish(ANA, loginRevoked('1'));
	expect(ear.heard).toEqual(['1']);
	expect(bus.isUp()).toBe(false);
});

test('subscribing has not resolved before Redis has answered', async () => {
	const proxy = await openProxy();
	const prefix = `${randomUUID()}:`;
	const here = openBus('here', proxy.url, prefix);
	const there = openBus('there', url, prefix);
	await isUp(here, there);
	await proxy.hang();
	const ear = createEar();
	let isSubscribed = false;
	const subscribed = here.subscribe(ANA, ear.hear).then(() => (isSubscribed = true));
	for (let trips = 0; trips < 5; trips++)
		await there.subscribe(personChannel(`${trips}`), () => {});
	expect(isSubscribed).toBe(false);
	await proxy.heal();
	await subscribed;
	there.publish(ANA, loginRevoked('1'));
	await ear.until('1');
});

test('what was subscribed while Redis was away is heard when it is back', async () => {
	const proxy = await openProxy();
	const prefix = `${randomUUID()}:`;
	const here = openBus('here', proxy.url, prefix);
	const there = openBus('there', url, prefix);
	const before = createEar();
	const meanwhile = createEar();
	await here.subscribe(ANA, before.hear);
	await proxy.cut();
	await expect.poll(() => here.isUp(), { interval: 5, timeout: 15_000 }).toBe(false);
	await here.subscribe(personChannel('ben'), meanwhile.hear);
	await proxy.heal();
	await isUp(here, there);
	await here.subscribe(personChannel('sync'), () => {});
	there.publish(ANA, loginRevoked('1'));
	there.publish(personChannel('ben'), loginRevoked('2'));
	await Promise.all([before.until('1'), meanwhile.until('2')]);
});

test('an hour without Redis keeps nothing: late events are not delivered after it', async () => {
	const proxy = await openProxy();
	const prefix = `${randomUUID()}:`;
	const here = openBus('here', proxy.url, prefix);
	const there = openBus('there', url, prefix);
	const ear = createEar();
	await there.subscribe(ANA, ear.hear);
	await isUp(here);
	await proxy.cut();
	await expect.poll(() => here.isUp(), { interval: 5, timeout: 15_000 }).toBe(false);
	for (let count = 0; count < 20_000; count++) here.publish(ANA, loginRevoked('late'));
	await proxy.heal();
	await isUp(here);
	here.publish(ANA, loginRevoked('now'));
	await ear.until('now');
	expect(ear.heard).toEqual(['now']);
});

const fix = (text = 'x') => fixOf('ana', text);

/** Two instances, of which `there` listens to the meeting and `here` knows it. */
async function openPair(at = url) {
	const prefix = `${randomUUID()}:`;
	const here = openBus('here', at, prefix);
	const there = openBus('there', url, prefix);
	await isUp(here, there);
	const heard: string[] = [];
	let came = 0;
	await here.subscribe(MEETING, ({ kind }) => {
		if (kind === 'listener_came') came++;
	});
	await there.subscribe(MEETING, (event) => {
		if (event.kind === 'fix') heard.push(textOf(event.frame));
	});
	await expect.poll(() => came, { interval: 5 }).toBe(1);
	return { here, there, heard, prefix };
}

/** How many messages Redis was given to publish since it started. */
async function published(): Promise<number> {
	const stats = await counter.commands.info('commandstats');
	return Number(/cmdstat_publish:calls=(\d+)/.exec(stats)?.[1] ?? 0);
}
const counter = testLink();
afterAll(() => counter.close());

test('fixes of one meeting cost Redis nothing while all its people are on one instance', async () => {
	const here = openBus('here', url, `${randomUUID()}:`);
	await isUp(here, counter);
	const ear = createEar();
	await here.subscribe(MEETING, ear.hear);
	await here.subscribe(ANA, ear.hear);
	const before = await published();
	for (let count = 0; count < 1_000; count++) here.relay(MEETING, fix());
	await here.subscribe(personChannel('ben'), ear.hear); // a trip to Redis and back
	expect((await published()) - before).toBeLessThan(10); // signs of life
});

test('fixes that cross leave together: one PUBLISH for many', async () => {
	const { here, heard } = await openPair();
	await isUp(counter);
	const before = await published();
	for (let count = 0; count < 1_000; count++) here.relay(MEETING, fix(`${count}`));
	await expect.poll(() => heard.length, { interval: 5 }).toBe(1_000);
	expect(heard).toEqual(Array.from({ length: 1_000 }, (_, count) => `${count}`));
	expect((await published()) - before).toBeLessThan(10);
});

test('who left the meeting gets no more of its fixes', async () => {
	const prefix = `${randomUUID()}:`;
	const [here, there] = [openBus('here', url, prefix), openBus('there', url, prefix)];
	await isUp(here, there, counter);
	let came = 0;
	await here.subscribe(MEETING, ({ kind }) => {
		if (kind === 'listener_came') came++;
	});
	(await there.subscribe(MEETING, () => {}))();
	await expect.poll(() => came, { interval: 5 }).toBe(1);
	const ear = createEar();
	await here.subscribe(ANA, ear.hear);
	there.publish(ANA, loginRevoked('after the goodbye'));
	await ear.until('after the goodbye');
	const before = await published();
	for (let count = 0; count < 100; count++) {
		here.relay(MEETING, fix());
		await new Promise(setImmediate);
	}
	expect((await published()) - before).toBeLessThan(10);
});

test('an instance that dies without a word is gone after a while, one that lives is not', async () => {
	const prefix = `${randomUUID()}:`;
	const proxy = await openProxy();
	const open = (instanceId: string, at: string) => {
		const link = testLink(at);
		const bus = createRedisBus({ link, instanceId, log: SILENT, prefix, aliveEveryMs: 50 });
		opened.push(link, bus);
		return bus;
	};
	const [here, living, dying] = [open('here', url), open('living', url), open('dying', proxy.url)];
	await isUp(here, living, dying);
	const gone: unknown[] = [];
	here.watch({ onInstanceGone: (...who) => void gone.push(who) });
	let came = 0;
	await here.subscribe(MEETING, ({ kind }) => {
		if (kind === 'listener_came') came++;
	});
	await Promise.all([living, dying].map((bus) => bus.subscribe(MEETING, () => {})));
	await expect.poll(() => came, { interval: 5 }).toBe(2);
	await proxy.cut();
	await expect.poll(() => gone, { interval: 10, timeout: 5_000 }).toEqual([['dying', [MEETING]]]);
});

test('when Redis is back it says so, fixes cross again, and nobody is taken for gone', async () => {
	const proxy = await openProxy();
	const { here, heard } = await openPair(proxy.url);
	const news: string[] = [];
	here.watch({
		onBack: () => void news.push('back'),
		onInstanceGone: () => void news.push('gone'),
	});
	await proxy.cut();
	await expect.poll(() => here.isUp(), { interval: 5, timeout: 15_000 }).toBe(false);
	here.relay(MEETING, fix('lost'));
	await proxy.heal();
	await expect.poll(() => news.includes('back'), { interval: 5, timeout: 15_000 }).toBe(true);
	await expect
		.poll(() => (here.relay(MEETING, fix('again')), heard.includes('again')), { interval: 50 })
		.toBe(true);
	expect(heard).not.toContain('lost');
	expect(news).not.toContain('gone');
});

test('when one of two was cut off both are told, for each missed what the other said', async () => {
	const proxy = await openProxy();
	const { here, there } = await openPair(proxy.url);
	const backs: string[] = [];
	here.watch({ onBack: () => void backs.push('here') });
	there.watch({ onBack: () => void backs.push('there') });
	await proxy.cut();
	await expect.poll(() => here.isUp(), { interval: 5, timeout: 15_000 }).toBe(false);
	await proxy.heal();
	await expect
		.poll(() => new Set(backs), { interval: 5, timeout: 15_000 })
		.toEqual(new Set(['here', 'there']));
});

test('a Redis that hangs is called away, and of what is said meanwhile little is kept', async () => {
	const proxy = await openProxy();
	const { here, heard } = await openPair(proxy.url);
	await proxy.hang();
	const text = 'x'.repeat(10_000);
	const frame = fix(text);
	let offered = 0;
	while (here.isUp()) {
		for (let count = 0; count < 200; count++) here.relay(MEETING, frame);
		offered += 200;
		await new Promise(setImmediate);
	}
	await proxy.heal();
	const isBack = () => (here.relay(MEETING, fix('end')), heard.includes('end'));
	await expect.poll(isBack, { interval: 50, timeout: 15_000 }).toBe(true);
	const kept = heard.filter((each) => each === text).length * text.length;
	expect(kept).toBeLessThan(9 * 1024 * 1024);
	expect(offered * text.length).toBeGreaterThan(4 * kept);
});
