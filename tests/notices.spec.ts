import {
	openPushService,
	subscribedBrowser,
	type SubscribedBrowser,
} from '../src/lib/server/testing-push';
import { anaAsksBen, areFriends, PASSWORD, signsUp } from './acquaintances';
import type { Person } from './person';
import { expect, test } from './stories';

/**
 * Notices in a real browser. Only the push service of the browser's maker is not there: subscribing is
 * played, to a service on this machine, and what arrives there is put into the browser by its inspector.
 */

test.use({ maps: false });

test('After a first yes Ana is offered notices; the next question reaches her, sealed and without a name', async ({
	ana,
	ben,
}) => {
	const service = await openPushService();
	const phone = subscribedBrowser(`${service.origin}/ana`);
	await canSubscribe(ana, phone);
	const [anaHandle, benHandle] = [await signsUp(ana), await signsUp(ben)];
	await areFriends(ana, ben, { anaHandle, benHandle });
	await ana.presses('End meeting');
	await expect(ana.page.getByText('This meeting is over')).toBeVisible();

	await ana.page.goto('/requests');
	const offer = ana.page.getByRole('region', { name: 'Hear of the next one?' });
	await offer.getByRole('button', { name: 'Turn on' }).click();
	await expect(offer).toContainText('Notifications are on.');
	await ana.page.goto('/settings');
	await expect(notices(ana)).toContainText('Notifications are on for this device.');

	const { link } = await anaAsksBen(ben, ana, { anaHandle: benHandle, benHandle: anaHandle });
	await expect.poll(() => service.deliveries.length).toBe(1);
	const text = phone.open(service.deliveries[0]?.body ?? Buffer.alloc(0));
	expect(JSON.parse(text)).toEqual({
		kind: 'request_received',
		path: new URL(link).pathname,
	});

	const shown = await receives(ana, text);
	expect(shown).toEqual([
		{ title: 'MeetUp', body: 'Somebody would like to meet you.', tag: 'request_received' },
	]);
	expect(await tapsNotice(ana)).toEqual([link]);
	await expect.poll(() => shownNotices(ana)).toEqual([]);

	await notices(ana).getByRole('button', { name: 'Turn off' }).click();
	await expect(notices(ana)).toContainText('Notifications are off for this device.');
	await ana.page.reload();
	await expect(notices(ana)).toContainText('Notifications are off for this device.');
	await service.close();
});

test('What a push says is never more than its kind: unknown, broken and foreign ones open the home page', async ({
	ana,
}) => {
	await canSubscribe(ana, subscribedBrowser('http://127.0.0.1:9/ana'));
	await signsUp(ana);
	await ana.page.goto('/settings');
	await notices(ana).getByRole('button', { name: 'Turn on' }).click();
	await expect(notices(ana)).toContainText('Notifications are on for this device.');
	const text = JSON.stringify({ kind: 'Ben is at the fountain', path: 'https://example.org/' });
	expect(await receives(ana, text)).toEqual([
		{ title: 'MeetUp', body: 'There is something new for you.', tag: 'news' },
	]);
	expect(await tapsNotice(ana)).toEqual([new URL('/', ana.page.url()).href]);
});

test('A browser that is subscribed for somebody else has notices off, until they are turned on for her', async ({
	ana,
	arrives,
}) => {
	const service = await openPushService();
	await canSubscribe(ana, subscribedBrowser(`${service.origin}/shared`));
	const cara = await arrives('Cara', { without: 'webgl' });
	const caraHandle = await signsUp(cara);
	await signsUp(ana);
	await ana.page.goto('/settings');
	await notices(ana).getByRole('button', { name: 'Turn on' }).click();
	await expect(notices(ana)).toContainText('Notifications are on for this device.');

	// Cara takes the same browser.
	await ana.page.getByRole('region', { name: 'Log out' }).getByRole('button').click();
	await expect(ana.page).toHaveURL('/');
	await ana.page.goto('/login?next=/settings');
	await ana.page.getByLabel('Handle').fill(caraHandle);
	await ana.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
	await ana.page.getByRole('button', { name: 'Log in' }).click();
	await expect(notices(ana)).toContainText('Notifications are off for this device.');
	await notices(ana).getByRole('button', { name: 'Turn on' }).click();
	await expect(notices(ana)).toContainText('Notifications are on for this device.');
	await ana.page.reload();
	await expect(notices(ana)).toContainText('Notifications are on for this device.');
	await service.close();
});

test('Who says no thanks is asked no second time; who blocks notices is told where to allow them', async ({
	ana,
	ben,
}) => {
	await canSubscribe(ana, subscribedBrowser('http://127.0.0.1:9/ana'));
	await areFriends(ana, ben);
	await ana.page.goto('/requests');
	const offer = ana.page.getByRole('region', { name: 'Hear of the next one?' });
	await offer.getByRole('button', { name: 'No, thanks' }).click();
	await expect(offer).toBeHidden();
	// Late enough for a second offer: the inbox opens when the whole page has come alive.
	const alive = ana.page.waitForEvent('websocket');
	await ana.page.reload();
	await alive;
	await ana.page.evaluate(() => navigator.serviceWorker.getRegistration('/'));
	await expect(offer).toBeHidden();

	await ben.context.addInitScript(() => {
		Object.defineProperty(Notification, 'permission', { get: () => 'denied' });
	});
	await ben.page.goto('/settings');
	await expect(notices(ben)).toContainText('Allow them for this site');
	await expect(notices(ben).getByRole('button')).toHaveCount(0);
});

const notices = (person: Person) => person.page.getByRole('region', { name: 'Notifications' });

/** Allows notices, and has the browser subscribe to `phone`, as it would to its maker's service. */
async function canSubscribe(person: Person, phone: SubscribedBrowser): Promise<void> {
	await person.context.grantPermissions(['notifications']);
	await person.context.addInitScript(subscribesAs, phone.address);
}

function subscribesAs(address: SubscribedBrowser['address']): void {
	const key = 'subscribed';
	const subscription = {
		endpoint: address.endpoint,
		toJSON: () => address,
		unsubscribe: () => {
			localStorage.removeItem(key);
			return Promise.resolve(true);
		},
	} as unknown as PushSubscription;
	PushManager.prototype.subscribe = (options) => {
		if (!options?.userVisibleOnly || !options.applicationServerKey)
			return Promise.reject(new DOMException('a site must say who it is', 'NotAllowedError'));
		localStorage.setItem(key, 'yes');
		return Promise.resolve(subscription);
	};
	PushManager.prototype.getSubscription = () =>
		Promise.resolve(localStorage.getItem(key) === null ? null : subscription);
}

/** The browser gets a push, as its maker's service would hand it over; what it then shows. */
async function receives(person: Person, text: string) {
	const inspector = await person.context.newCDPSession(person.page);
	const registered = new Promise<string>((resolve) => {
		inspector.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
			const [first] = registrations;
			if (first) resolve(first.registrationId);
		});
	});
	await inspector.send('ServiceWorker.enable');
	await inspector.send('ServiceWorker.deliverPushMessage', {
		origin: new URL(person.page.url()).origin,
		registrationId: await registered,
		data: text,
	});
	await expect.poll(() => shownNotices(person)).toHaveLength(1);
	return shownNotices(person);
}

const shownNotices = (person: Person) =>
	person.page.evaluate(async () => {
		const registration = await navigator.serviceWorker.ready;
		const shown = await registration.getNotifications();
		return shown.map(({ title, body, tag }) => ({ title, body, tag }));
	});

/** A tap on the notice. What it opens is only noted: windows open for real fingers alone. */
async function tapsNotice(person: Person): Promise<string[]> {
	const [worker] = person.context.serviceWorkers();
	if (!worker) throw new Error('there is no service worker');
	return worker.evaluate(async () => {
		const scope = globalThis as unknown as {
			readonly registration: ServiceWorkerRegistration;
			readonly clients: { openWindow(url: string): Promise<null> };
		};
		const opened: string[] = [];
		scope.clients.openWindow = (url) => {
			opened.push(url);
			return Promise.resolve(null);
		};
		const [notification] = await scope.registration.getNotifications();
		const Tap = Reflect.get(globalThis, 'NotificationEvent') as new (
			type: string,
			init: { notification: Notification | undefined },
		) => Event;
		const underWay: Promise<unknown>[] = [];
		const tap = new Tap('notificationclick', { notification });
		Object.assign(tap, { waitUntil: (work: Promise<unknown>) => underWay.push(work) });
		dispatchEvent(tap);
		await Promise.all(underWay);
		return opened;
	});
}
