import {
	expect,
	type Browser,
	type BrowserContext,
	type Locator,
	type Page,
} from '@playwright/test';
import { pointAt, type LatLon } from '../src/lib/geo';
import { ownAddress } from './support/address';

/** Where the stories happen: Oslo's harbour promenade. */
export const HARBOUR: LatLon = { lat: 59.9075, lon: 10.7531 };

export const northOf = (from: LatLon, metres: number): LatLon => pointAt(from, 0, metres);
export const eastOf = (from: LatLon, metres: number): LatLon => pointAt(from, 90, metres);

export interface PersonOptions {
	readonly at?: LatLon | null;
	readonly accuracyM?: number;
	readonly permissions?: readonly string[];
	readonly viewport?: { readonly width: number; readonly height: number };
	readonly colorScheme?: 'light' | 'dark';
	readonly reducedMotion?: 'reduce' | 'no-preference';
	/** Runs in the page before anything of it, to take something away from the browser. */
	readonly without?: 'webgl' | 'geolocation';
	readonly javaScriptEnabled?: boolean;
}

/** One person with a phone of his own. The only place that knows how the pages are built. */
export class Person {
	/** Whatever should never happen while he uses the app: foreign requests, console noise. */
	readonly complaints: string[] = [];

	private constructor(
		readonly name: string,
		readonly context: BrowserContext,
		readonly page: Page,
		private readonly accuracyM: number,
	) {}

	static async arrives(
		browser: Browser,
		name: string,
		baseURL: string,
		options: PersonOptions = {},
	): Promise<Person> {
		const at = options.at === undefined ? HARBOUR : options.at;
		const accuracyM = options.accuracyM ?? 8;
		const context = await browser.newContext({
			baseURL,
			locale: 'en-GB',
			timezoneId: 'Europe/Oslo',
			viewport: options.viewport ?? { width: 390, height: 844 },
			hasTouch: true,
			isMobile: true,
			colorScheme: options.colorScheme ?? 'light',
			reducedMotion: options.reducedMotion ?? 'no-preference',
			extraHTTPHeaders: ownAddress(),
			javaScriptEnabled: options.javaScriptEnabled ?? true,
			permissions: [...(options.permissions ?? ['geolocation', 'screen-wake-lock'])],
			...(at && { geolocation: { latitude: at.lat, longitude: at.lon, accuracy: accuracyM } }),
		});
		if (options.without === 'webgl') await context.addInitScript(withoutWebgl);
		if (options.without === 'geolocation') await context.addInitScript(withoutGeolocation);
		const page = await context.newPage();
		const person = new Person(name, context, page, accuracyM);
		person.listen(new URL(baseURL).host);
		return person;
	}

	private listen(host: string): void {
		this.page.on('request', (request) => {
			const url = new URL(request.url());
			if (['http:', 'https:', 'ws:', 'wss:'].includes(url.protocol) && url.host !== host)
				this.complaints.push(`${this.name} asked another host: ${url.host}`);
		});
		this.page.on('websocket', (socket) => {
			if (new URL(socket.url()).host !== host)
				this.complaints.push(`${this.name} opened a socket elsewhere: ${socket.url()}`);
		});
		this.page.on('console', (message) => {
			const text = message.text();
			if (!['error', 'warning'].includes(message.type()) || isExpectedNoise(text)) return;
			this.complaints.push(`${this.name}'s console: ${text}`);
		});
		this.page.on('response', (response) => {
			const kind = response.request().resourceType();
			if (response.status() >= 400 && !['document', 'fetch', 'xhr'].includes(kind))
				this.complaints.push(`${this.name} did not get ${response.url()}: ${response.status()}`);
		});
		this.page.on('pageerror', (error) => {
			this.complaints.push(`${this.name}'s page threw: ${error.message}`);
		});
	}

	async leaves(): Promise<void> {
		await this.context.close();
	}

	// ——— what a person does ———

	async startsMeeting(options: { minutes?: '30 min' | '1 h' | '3 h' } = {}): Promise<void> {
		await this.page.goto('/');
		await this.page.getByLabel('Your name').fill(this.name);
		if (options.minutes) await this.page.getByRole('radio', { name: options.minutes }).check();
		await this.button('Meet someone').click();
		await this.page.waitForURL(/\/meet\/[0-9a-f-]{36}$/);
	}

	/** The link as the page would hand it over. */
	async inviteLink(): Promise<string> {
		const field = this.page.getByRole('textbox', { name: 'Invite link' });
		await expect(field).toHaveValue(/\/i#.+/);
		return field.inputValue();
	}

	async opens(link: string): Promise<void> {
		await this.page.goto(link);
	}

	async joins(): Promise<void> {
		await this.page.getByLabel('Your name').fill(this.name);
		await this.button('Join').click();
		await this.page.waitForURL(/\/meet\/[0-9a-f-]{36}$/);
	}

	async walksTo(at: LatLon, accuracyM = this.accuracyM): Promise<void> {
		await this.context.setGeolocation({
			latitude: at.lat,
			longitude: at.lon,
			accuracy: accuracyM,
		});
	}

	async losesNetwork(): Promise<void> {
		await this.context.setOffline(true);
	}

	async findsNetwork(): Promise<void> {
		await this.context.setOffline(false);
	}

	/** Chromium's test browser never hides a page by itself. */
	async locksPhone(): Promise<void> {
		await this.page.evaluate(setVisibility, 'hidden');
	}

	async unlocksPhone(): Promise<void> {
		await this.page.evaluate(setVisibility, 'visible');
	}

	async presses(name: ControlName): Promise<void> {
		await this.button(name).click();
	}

	// ——— what a person sees ———

	button(name: ControlName): Locator {
		return this.page.getByRole('button', { name, exact: true });
	}

	get distance(): Locator {
		return this.page.locator('.hero .distance');
	}

	/** The lower half of the screen: what is known and what to do now. */
	get panel(): Locator {
		return this.page.locator('#panel');
	}

	get badge(): Locator {
		return this.page.getByRole('group', { name: 'Connection' });
	}

	get people(): Locator {
		return this.page.getByRole('region', { name: 'Who is here' });
	}

	get map(): Locator {
		return this.page.getByRole('region', { name: 'Map', exact: true });
	}

	/** The big number, in metres. */
	async distanceM(): Promise<number> {
		const text = (await this.distance.textContent()) ?? '';
		return Number.parseFloat(text) * (text.includes('km') ? 1000 : 1);
	}

	async looksAtEverything(): Promise<void> {
		// After a reload there is nothing to unfold yet.
		await expect(this.badge).toBeVisible();
		const more = this.page.getByRole('button', { name: /^Show (more|everything)$/ });
		while (await more.isVisible()) await more.click();
	}

	/** His own dot on his own map. */
	get ownMarker(): Locator {
		return this.marker(`${this.name} \\(you\\)`);
	}

	marker(name: string): Locator {
		return this.map.getByRole('button', { name: new RegExp(`^${name}`) });
	}

	get meetingId(): string {
		return new URL(this.page.url()).pathname.split('/').at(-1) ?? '';
	}
}

export type ControlName =
	| 'Meet someone'
	| 'Try it with a demo friend'
	| 'Join'
	| 'Pause'
	| 'Resume'
	| "I'm here"
	| 'Confirm'
	| 'Not yet'
	| "We've met anyway"
	| 'End meeting'
	| 'Re-centre'
	| 'Copy link'
	| 'Share'
	| 'New link';

/** Two people, the second one joined by the first one's link. */
export async function meet(ana: Person, ben: Person): Promise<void> {
	await ana.startsMeeting();
	await ben.opens(await ana.inviteLink());
	await ben.joins();
	await expect(ana.distance).toHaveText(/\d/);
	await expect(ben.distance).toHaveText(/\d/);
}

function setVisibility(state: string): void {
	Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
	Object.defineProperty(document, 'hidden', { value: state === 'hidden', configurable: true });
	document.dispatchEvent(new Event('visibilitychange'));
}

function withoutWebgl(): void {
	const original = HTMLCanvasElement.prototype.getContext;
	HTMLCanvasElement.prototype.getContext = function (
		this: HTMLCanvasElement,
		kind: string,
		...rest: unknown[]
	) {
		if (kind.startsWith('webgl')) return null;
		return Reflect.apply(original, this, [kind, ...rest]) as RenderingContext | null;
	} as typeof original;
}

function withoutGeolocation(): void {
	Reflect.deleteProperty(Navigator.prototype, 'geolocation');
}

/** What a browser prints about a network that a story takes away on purpose. */
function isExpectedNoise(text: string): boolean {
	// Its software renderer mentions that screenshots are slow.
	if (text.includes('GL Driver Message')) return true;
	// A refused page or call is what some stories are about; missing files are told apart above.
	if (/the server responded with a status of (4\d\d|503)/.test(text)) return true;
	if (/^WebSocket connection to .* failed/.test(text)) return true;
	return /ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED|ERR_NETWORK/.test(text);
}
