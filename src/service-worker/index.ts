/// <reference no-default-lib="true" />
/// <reference lib="esnext" />
/// <reference lib="webworker" />
import { noticeOf, ownPath } from './notices';

/**
 * Shows notices while no page of ours is open. Registered by `client/push` when somebody turns them on.
 * It answers no request and keeps nothing: what a page shows always comes from the server.
 */
declare const self: ServiceWorkerGlobalScope;

self.addEventListener('push', (event) => {
	const { title, body, tag, path } = noticeOf(event.data?.text());
	const options = { body, tag, icon: '/favicon.svg', data: { path } };
	event.waitUntil(self.registration.showNotification(title, options));
});

self.addEventListener('notificationclick', (event) => {
	event.notification.close();
	const kept: unknown = event.notification.data;
	const isOurs = typeof kept === 'object' && kept !== null && 'path' in kept;
	event.waitUntil(open(ownPath(isOurs ? kept.path : null)));
});

/** The tab that shows it already, else a new one. */
async function open(path: string): Promise<void> {
	const url = new URL(path, self.location.origin).href;
	const tabs = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
	const there = tabs.find((tab) => tab.url === url);
	await (there ? there.focus() : self.clients.openWindow(url));
}
