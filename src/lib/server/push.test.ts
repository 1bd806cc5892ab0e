import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAuth } from './auth';
import { IN_MEMORY } from './db';
import { pushSubscriptionsOf } from './db/push';
import { DRIVERS, useTestDatabase } from './db/testing';
import type { Log, LogFields } from './log';
import { createPeople } from './people';
import { createPush, PUSH_LIMITS, type Push, type PushDeps } from './push';
import { openPushService, subscribedBrowser, vapidClaims } from './testing-push';

describe.each(DRIVERS)('notices, on %s', (driver) => {
	const database = useTestDatabase(driver);
	let service: Awaited<ReturnType<typeof openPushService>>;
	let opened: Push[];
	let logged: { event: string; fields: LogFields }[];
	let nowMs: number;
	let push: Push;
	let anaId: string;

	beforeEach(async () => {
		service = await openPushService();
		opened = [];
		logged = [];
		nowMs = Date.parse('2026-11-24T08:00:00Z');
		push = await open();
		anaId = await somebody();
	});
	afterEach(async () => {
		await Promise.all(opened.map((each) => each.close()));
		await service.close();
	});

	async function open(change: Partial<PushDeps> = {}): Promise<Push> {
		const write = (fields: LogFields | string, event?: string) =>
			void logged.push(
				typeof fields === 'string' ? { event: fields, fields: {} } : { event: event ?? '', fields },
			);
		const log: Log = { debug: write, info: write, warn: write, error: write };
		const made = await createPush({
			db: database.db,
			log,
			dataDir: IN_MEMORY,
			now: () => nowMs,
			newId: randomUUID,
			isDatabaseAway: () => false,
			...change,
		});
		opened.push(made);
		return made;
	}

	async function somebody(): Promise<string> {
		const people = createPeople({ db: database.db, now: () => nowMs, newId: randomUUID });
		return (await people.createGuest('Ana Bremer')).id;
	}

	const browser = (path = '/one') => subscribedBrowser(service.origin + path);
	const arrived = (count: number) => expect.poll(() => service.deliveries.length).toBe(count);
	const saved = async (personId: string) =>
		(await pushSubscriptionsOf(database.db, personId)).map(({ endpoint }) => endpoint);

	test('a notice says its kind and a path and nothing else, sealed for the browser', async () => {
		const anas = browser();
		await push.subscribe(anaId, null, anas.address);
		push.notify(anaId, 'request_received', '/requests');
		await arrived(1);
		const [delivery] = service.deliveries;
		if (!delivery) throw new Error('nothing came');
		expect(anas.open(delivery.body)).toBe('{"kind":"request_received","path":"/requests"}');
		expect(delivery.body.toString('latin1')).not.toContain('request');
	});

	test('a notice is urgent, lives for ten minutes and is signed by this server', async () => {
		await push.subscribe(anaId, null, browser().address);
		push.notify(anaId, 'request_accepted', '/meet/1');
		await arrived(1);
		const headers = service.deliveries[0]?.headers ?? {};
		expect(headers).toMatchObject({
			ttl: '600',
			urgency: 'high',
			'content-encoding': 'aes128gcm',
		});
		expect(headers).not.toHaveProperty('topic');
		expect(vapidClaims(headers.authorization, push.publicKey)).toMatchObject({
			aud: service.origin,
			sub: 'https://meetup.invalid',
		});
	});

	test('all devices of the person get it, and nobody else’s', async () => {
		const benId = await somebody();
		await push.subscribe(anaId, null, browser('/phone').address);
		await push.subscribe(anaId, null, browser('/laptop').address);
		await push.subscribe(benId, null, browser('/ben').address);
		push.notify(anaId, 'friend_joined', '/meet/1');
		await push.close();
		const paths = service.deliveries.map(({ path }) => path).sort();
		expect(paths).toEqual(['/laptop', '/phone']);
	});

	test.each([404, 410])('%i: the browser is gone, and its subscription with it', async (status) => {
		await push.subscribe(anaId, null, browser().address);
		service.status = status;
		push.notify(anaId, 'request_received', '/requests');
		await expect.poll(() => isSubscribed(push, anaId)).toBe(false);
		expect(logged).toEqual([]);
	});

	test.each([500, 429, 403])(
		'%i: the subscription stays, the log names the status',
		async (status) => {
			await push.subscribe(anaId, null, browser('/secret-address').address);
			service.status = status;
			push.notify(anaId, 'request_received', '/requests');
			await push.close();
			expect(logged).toEqual([
				{ event: 'push_not_taken', fields: { type: 'request_received', status } },
			]);
			expect(await isSubscribed(push, anaId)).toBe(true);
		},
	);

	test('a redirect is not followed', async () => {
		await push.subscribe(anaId, null, browser().address);
		service.status = 307;
		push.notify(anaId, 'request_received', '/requests');
		await push.close();
		expect(service.deliveries.map(({ path }) => path)).toEqual(['/one']);
		expect(logged[0]?.fields).toMatchObject({ status: 307 });
	});

	test('a service that never answers is given up', async () => {
		const hasty = await open({ timeoutMs: 50 });
		service.beforeAnswer = () => new Promise(() => {});
		await hasty.subscribe(anaId, null, browser().address);
		hasty.notify(anaId, 'request_received', '/requests');
		await hasty.close();
		expect(logged).toEqual([{ event: 'push_not_taken', fields: { type: 'request_received' } }]);
	});

	test('a service that is not there, and a database that is away, harm nobody', async () => {
		await push.subscribe(anaId, null, subscribedBrowser('http://127.0.0.1:1/gone').address);
		push.notify(anaId, 'request_received', '/requests');
		const away = () => {
			throw new Error('away');
		};
		const db = { select: away } as Partial<PushDeps['db']> as PushDeps['db'];
		const lost = await open({ db, isDatabaseAway: () => true });
		lost.notify(anaId, 'request_received', '/requests');
		await Promise.all([push.close(), lost.close()]);
		expect(logged.map(({ event }) => event).sort()).toEqual(['push_not_taken', 'push_skipped']);
	});

	test('a subscription with keys of no browser is forgotten', async () => {
		const { endpoint } = browser().address;
		await push.subscribe(anaId, null, { endpoint, keys: { p256dh: 'AAAA', auth: 'AAAA' } });
		push.notify(anaId, 'request_received', '/requests');
		await push.close();
		expect(await isSubscribed(push, anaId)).toBe(false);
		expect(service.deliveries).toEqual([]);
	});

	test('a server in the world sends nothing to its own machine', async () => {
		const world = await open({ origin: 'https://meet.example' });
		await world.subscribe(anaId, null, browser().address);
		world.notify(anaId, 'request_received', '/requests');
		await world.close();
		expect(service.deliveries).toEqual([]);
		expect(await isSubscribed(world, anaId)).toBe(false);
	});

	test('the same endpoint again moves to whoever says it', async () => {
		const benId = await somebody();
		const shared = browser();
		await push.subscribe(anaId, null, shared.address);
		await push.subscribe(benId, null, shared.address);
		expect([await isSubscribed(push, anaId), await isSubscribed(push, benId)]).toEqual([
			false,
			true,
		]);
	});

	test('past ten the oldest one makes way', async () => {
		for (let number = 0; number <= PUSH_LIMITS.subscriptionsPerPerson; number++) {
			nowMs += 1_000;
			await push.subscribe(anaId, null, browser(`/${number}`).address);
		}
		const endpoints = await saved(anaId);
		expect(endpoints).toHaveLength(PUSH_LIMITS.subscriptionsPerPerson);
		expect(endpoints).not.toContain(`${service.origin}/0`);
		expect(endpoints).toContain(`${service.origin}/10`);
	});

	test('20 devices at once: never more than ten', async () => {
		const wishes = Array.from({ length: 20 }, (_, number) =>
			push.subscribe(anaId, null, browser(`/${number}`).address),
		);
		await Promise.all(wishes);
		expect(await saved(anaId)).toHaveLength(PUSH_LIMITS.subscriptionsPerPerson);
	});

	test('only the owner ends a subscription', async () => {
		const benId = await somebody();
		const { address } = browser();
		await push.subscribe(anaId, null, address);
		expect(await push.unsubscribe(benId, address.endpoint)).toBe(false);
		expect(await push.unsubscribe('nonsense', address.endpoint)).toBe(false);
		expect(await push.unsubscribe(anaId, address.endpoint)).toBe(true);
		expect(await push.unsubscribe(anaId, address.endpoint)).toBe(false);
	});

	test('it goes with the login of its device', async () => {
		const auth = createAuth(database.db, { jwt: null, now: () => nowMs, newId: randomUUID });
		const { login } = await auth.logIn(anaId);
		await push.subscribe(anaId, login.id, browser().address);
		expect(await isSubscribed(push, anaId)).toBe(true);
		await auth.logOut(login.id);
		expect(await isSubscribed(push, anaId)).toBe(false);
	});

	test('a few people are told at a time, the others wait, and nobody is left out', async () => {
		let answer = () => {};
		const answered = new Promise<void>((resolve) => (answer = resolve));
		service.beforeAnswer = () => answered;
		await push.subscribe(anaId, null, browser().address);
		for (let count = 0; count < 10; count++) push.notify(anaId, 'request_received', '/requests');
		await arrived(PUSH_LIMITS.atOnce);
		answer();
		await arrived(10);
	});

	test('once closed nothing more is sent, and what is under way is waited for', async () => {
		let answer = () => {};
		const answered = new Promise<void>((resolve) => (answer = resolve));
		service.beforeAnswer = () => answered;
		service.status = 410;
		await push.subscribe(anaId, null, browser().address);
		push.notify(anaId, 'request_received', '/requests');
		await arrived(1);
		const closed = push.close();
		push.notify(anaId, 'request_received', '/requests');
		answer();
		await closed;
		expect(service.deliveries).toHaveLength(1);
		expect(await isSubscribed(push, anaId)).toBe(false);
	});
});

async function isSubscribed(push: Pick<Push, 'endpointsOf'>, personId: string): Promise<boolean> {
	return (await push.endpointsOf(personId)).length > 0;
}
