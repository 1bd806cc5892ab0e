/** Everything of the browser that notices need. */
export interface PushEnv {
	/** There are no notices here at all; then nothing below may be touched. */
	readonly isMissing: boolean;
	permission(): NotificationPermission;
	requestPermission(): Promise<NotificationPermission>;
	readonly serviceWorker: PushWorkers;
	readonly fetch: typeof fetch;
}

/** As much of a `ServiceWorkerContainer` as notices need. */
export interface PushWorkers {
	register(url: string, options: RegistrationOptions): Promise<unknown>;
	getRegistration(scope: string): Promise<Pushing | undefined>;
	readonly ready: Promise<Pushing>;
}

interface Pushing {
	readonly pushManager: Pick<PushManager, 'subscribe' | 'getSubscription'>;
}

export function browserPush(): PushEnv {
	return {
		// On iOS all three are there only once the site is on the home screen.
		isMissing: !(
			'serviceWorker' in navigator &&
			'PushManager' in window &&
			'Notification' in window
		),
		permission: () => Notification.permission,
		requestPermission: () => Notification.requestPermission(),
		serviceWorker: navigator.serviceWorker,
		fetch: window.fetch.bind(window),
	};
}
