import WebSocket from 'ws';
import { createApi } from '$lib/client/api';
import { DemoFriend, type DemoState } from '$lib/client/demo-friend';
import { DEMO_NAME, takeSeat, type Seat } from '$lib/client/demo-seat';
import { systemTime } from '$lib/client/time';
import type { Refusal } from '$lib/protocol';
import {
	CannotGoOn,
	DEFAULT_SERVER,
	nobodyAnswers,
	onStop,
	parseWords,
	runCommand,
	say,
	webAddress,
	wrongUse,
} from './command';

/*
 * `npm run demo`: a simulated person, as a client of its own. With an invite link it joins that
 * meeting; without one it starts a meeting and prints the link to open.
 */
const USAGE = `Usage: npm run demo [-- [<invite link>] [--server <address>] [--speed <metres per second>]]

  with an invite link   joins that meeting and walks up to you
  without one           starts a meeting and prints the link for you to open
  --server              where MeetUp runs, http://localhost:3000 if not given
  --speed               1.5 if not given`;

interface Wish {
	readonly origin: string;
	/** From the invite link; null: start a meeting of one's own. */
	readonly secret: string | null;
	readonly speedMps: number;
}

await runCommand(() => walkUpTo(readWish(process.argv.slice(2))));

async function walkUpTo({ origin, secret, speedMps }: Wish): Promise<void> {
	const seat = secret === null ? await startMeeting(origin) : await join(origin, secret);
	const ending = new Promise<string | null>((resolve) => {
		const told = tellProgress();
		const friend = new DemoFriend(
			{
				origin,
				WebSocket,
				fetch,
				time: systemTime,
				wish: { speedMps },
				onState(state) {
					told(state);
					if (state.is === 'gone') resolve(state.reason);
				},
			},
			seat,
		);
		onStop(async () => {
			say('Leaving …');
			// The socket brings the end back; where it does not, nobody is kept waiting.
			if (!(await friend.end())) resolve(null);
		});
		friend.start();
	});
	say(farewell(await ending));
	process.exit(0);
}

async function startMeeting(origin: string): Promise<Seat> {
	const api = createApi({ fetch, baseUrl: origin, asStranger: true });
	const started = await api.start({ display_name: DEMO_NAME });
	if (!started.ok) throw refused(started.code, origin);
	const { session, invite, token } = started.value;
	if (token === undefined) throw refused('INTERNAL', origin);
	say(`Open this link in a browser, press "Join" and share your location:\n\n  ${invite.url}\n`);
	say('The demo friend waits for you. Ctrl-C ends the meeting.');
	return { meetingId: session.id, token };
}

async function join(origin: string, secret: string): Promise<Seat> {
	const seat = await takeSeat({ origin, fetch }, secret);
	if (!seat.ok) throw refused(seat.code, origin);
	say('The demo friend has joined and waits to see where you are. Ctrl-C ends the meeting.');
	return seat.value;
}

function readWish(args: readonly string[]): Wish {
	const { values, positionals } = parseWords(
		{
			args: [...args],
			allowPositionals: true,
			options: {
				server: { type: 'string', default: DEFAULT_SERVER },
				speed: { type: 'string', default: '1.5' },
				help: { type: 'boolean', short: 'h', default: false },
			},
		},
		USAGE,
	);
	if (values.help) throw new CannotGoOn(USAGE, 0);
	if (positionals.length > 1) throw wrongUse('One invite link at a time, please.', USAGE);
	const speedMps = Number(values.speed);
	if (!(speedMps > 0 && speedMps <= 50)) throw wrongUse('--speed is a number from 0 to 50.', USAGE);
	const link = positionals[0];
	if (link === undefined)
		return { origin: webAddress(values.server, USAGE).origin, secret: null, speedMps };
	const { origin, hash } = webAddress(link, USAGE);
	if (hash.length < 2)
		throw wrongUse('An invite link has a secret after "#": put the link in quotes.', USAGE);
	return { origin, secret: hash.slice(1), speedMps };
}

/** One line when something changes, and one for every 20 m. */
function tellProgress(): (state: DemoState) => void {
	let said = '';
	return (state) => {
		const line = progressLine(state);
		if (line !== '' && line !== said) say(line);
		if (line !== '') said = line;
	};
}

function progressLine(state: DemoState): string {
	switch (state.is) {
		case 'walking':
			return `Walking up to you: less than ${(Math.floor(state.leftM / 20) + 1) * 20} m to go.`;
		case 'arrived':
			return 'The demo friend is there. Press "I\'m here".';
		case 'waiting':
		case 'gone':
			return '';
	}
}

function farewell(reason: string | null): string {
	switch (reason) {
		case 'PROXIMITY_REACHED':
		case 'MANUAL_CONFIRM':
			return 'You met. The meeting is over and no position is kept.';
		case 'EXPIRED':
			return 'The meeting reached its end time.';
		default:
			return 'The meeting is over.';
	}
}

function refused(code: Refusal, origin: string): CannotGoOn {
	return new CannotGoOn(refusalLine(code, origin), 1);
}

function refusalLine(code: Refusal, origin: string): string {
	switch (code) {
		case 'UNAVAILABLE':
			return nobodyAnswers(origin, '--server');
		case 'INVITE_UNKNOWN':
			return 'Nobody knows this invite. Is the link complete, and in quotes?';
		case 'INVITE_SPENT':
		case 'MEETING_FULL':
			return 'Somebody has already joined with this invite. Make a new link and try that one.';
		case 'INVITE_EXPIRED':
		case 'INVITE_REVOKED':
			return 'This invite is not valid any more. Make a new link and try that one.';
		case 'MEETING_ENDED':
			return 'This meeting is over.';
		case 'RATE_LIMIT_EXCEEDED':
			return 'That was too often. Please wait a moment and try again.';
		default:
			return `The server refused (${code}).`;
	}
}
