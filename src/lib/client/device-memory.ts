/** The part of `Storage` that is needed; a browser may refuse any of it, or the whole. */
export interface Drawer {
	getItem(key: string): string | null;
	setItem(key: string, value: string): void;
	removeItem(key: string): void;
}

/** A demo friend's seat: enough to sit down in it again after a reload. */
export interface DemoSeat {
	readonly token: string;
	readonly walkedM: number;
}

export interface KnownInvite {
	readonly url: string;
	/** Null of the first link of a meeting: its page is told the secret alone. */
	readonly id: string | null;
}

/** What this browser remembers. Never a position. Storage that throws counts as empty. */
export interface DeviceMemory {
	/** This tab only: whoever made the invite can still show it after a reload. */
	rememberInvite(meetingId: string, invite: KnownInvite): void;
	invite(meetingId: string): KnownInvite | null;
	forgetInvite(meetingId: string): void;
	/** The page before was left by "Meet someone" or "Join": the live page may ask for the position. */
	rememberTap(meetingId: string): void;
	/** Reads the flag and takes it away: one tap, one question. */
	takeTap(meetingId: string): boolean;
	/** This tab has shared here before, so starting again needs no question. */
	rememberSharing(meetingId: string, shares: boolean): void;
	sharedBefore(meetingId: string): boolean;
	/** Whether the person himself paused; null where this tab does not know. */
	rememberPause(meetingId: string, paused: boolean): void;
	paused(meetingId: string): boolean | null;
	rememberDemo(meetingId: string, seat: DemoSeat): void;
	demo(meetingId: string): DemoSeat | null;
	forgetDemo(meetingId: string): void;
	/** Kept between meetings: the name last used. */
	rememberName(name: string): void;
	name(): string;
	/** Kept, too: notifications are offered once in the life of a browser. */
	rememberNoticesOffer(): void;
	wasOfferedNotices(): boolean;
	/** Wipes all of a meeting. */
	forget(meetingId: string): void;
}

const KINDS = ['invite', 'tap', 'shares', 'paused', 'demo'] as const;
const NAME_KEY = 'meetup.name';
const OFFER_KEY = 'meetup.notices-offered';
const key = (kind: (typeof KINDS)[number], meetingId: string) => `meetup.${kind}.${meetingId}`;

/** `tab` forgets when the tab closes, `browser` stays. Null where there is none. */
export function createDeviceMemory(tab: Drawer | null, browser: Drawer | null): DeviceMemory {
	const flag = (value: boolean) => (value ? 'yes' : 'no');
	return {
		// An address has no spaces, so one parts it from the id.
		rememberInvite: (id, invite) =>
			write(tab, key('invite', id), invite.id === null ? invite.url : `${invite.url} ${invite.id}`),
		invite(id) {
			const [url, inviteId = null] = read(tab, key('invite', id))?.split(' ') ?? [];
			return url ? { url, id: inviteId } : null;
		},
		forgetInvite: (id) => remove(tab, key('invite', id)),
		rememberTap: (id) => write(tab, key('tap', id), 'yes'),
		takeTap(id) {
			const tapped = read(tab, key('tap', id)) === 'yes';
			remove(tab, key('tap', id));
			return tapped;
		},
		rememberSharing: (id, shares) => write(tab, key('shares', id), flag(shares)),
		sharedBefore: (id) => read(tab, key('shares', id)) === 'yes',
		rememberPause: (id, paused) => write(tab, key('paused', id), flag(paused)),
		paused(id) {
			const value = read(tab, key('paused', id));
			return value === null ? null : value === 'yes';
		},
		rememberDemo: (id, seat) =>
			write(tab, key('demo', id), `${Math.round(seat.walkedM)} ${seat.token}`),
		demo(id) {
			const [walkedM, token] = read(tab, key('demo', id))?.split(' ') ?? [];
			return token ? { token, walkedM: Number(walkedM) || 0 } : null;
		},
		forgetDemo: (id) => remove(tab, key('demo', id)),
		rememberName: (name) => write(browser, NAME_KEY, name),
		name: () => read(browser, NAME_KEY) ?? '',
		rememberNoticesOffer: () => write(browser, OFFER_KEY, 'yes'),
		wasOfferedNotices: () => read(browser, OFFER_KEY) === 'yes',
		forget(id) {
			for (const kind of KINDS) remove(tab, key(kind, id));
		},
	};
}

/** Reading `window.sessionStorage` itself throws where cookies are blocked. */
export function browserMemory(): DeviceMemory {
	return createDeviceMemory(
		guarded(() => window.sessionStorage),
		guarded(() => window.localStorage),
	);
}

function read(drawer: Drawer | null, name: string): string | null {
	return guarded(() => drawer?.getItem(name) ?? null);
}

function write(drawer: Drawer | null, name: string, value: string): void {
	guarded(() => drawer?.setItem(name, value));
}

function remove(drawer: Drawer | null, name: string): void {
	guarded(() => drawer?.removeItem(name));
}

/** Private windows, full disks and strict settings throw here; remembering is a comfort, not a duty. */
function guarded<T>(use: () => T): T | null {
	try {
		return use();
	} catch {
		return null;
	}
}
