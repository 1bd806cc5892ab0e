import { instant, type ServerMessage, type Welcome } from '$lib/protocol';
import { LiveMeeting } from './live-meeting.svelte';
import { BEN, fakeBrowser, passMs, sharedFixAt, START_MS, welcome } from './testing';

/** Ana's running meeting in a browser made of fakes, and the server's end of it. */
const PONG: ServerMessage = {
	type: 'pong',
	payload: { client_ts_ms: null, server_time: instant(START_MS) },
};

export async function openLive(
	options: {
		askNow?: boolean;
		first?: Partial<Welcome>;
		browser?: ReturnType<typeof fakeBrowser>;
	} = {},
) {
	const browser = options.browser ?? fakeBrowser();
	const first = welcome(options.first);
	const meeting = new LiveMeeting({ welcome: first, env: browser.env });
	meeting.start({ askNow: options.askNow ?? true });
	await passMs(0);
	const serve = (message: ServerMessage) => browser.sockets.last.serve(message);
	/** The socket opens: the server says what it knows. */
	const connect = (now: Partial<Welcome> = options.first ?? {}) => {
		serve({ type: 'welcome', payload: welcome(now) });
		serve(PONG);
	};
	const sent = (type: string) => browser.sockets.last.payloads(type);
	/** Time goes by, and the server answers every ping. */
	const wait = async (ms: number) => {
		for (let leftMs = ms; leftMs > 0; leftMs -= 1_000) {
			await passMs(Math.min(1_000, leftMs));
			if (meeting.connection.state === 'live') serve(PONG);
		}
	};
	return { meeting, ...browser, serve, connect, sent, wait };
}

/** Connected, sharing, and both positions known. */
export async function openBoth(lat = 48.001, first: Partial<Welcome> = {}) {
	const it = await openLive({ first });
	it.connect({ ...first, locations: { [BEN]: sharedFixAt(lat, 11) } });
	it.device.give({});
	return it;
}
