import WebSocket from 'ws';
import { createApi, type Api } from '$lib/client/api';
import { systemTime } from '$lib/client/time';
import { askStanding } from '$lib/client/whether-over';
import { CannotGoOn, nobodyAnswers, onStop, runCommand, say } from './command';
import { readWish, type SimulateWish } from './simulate-wish';
import { SimulatedPerson } from './simulated-person';

/* `npm run simulate`: walks one person of a meeting, as a client of its own. */
await runCommand(async () => {
	const wish = readWish(process.argv.slice(2));
	const { origin, token } = wish;
	const api = createApi({ fetch, baseUrl: origin, token });
	const whyNot = await refusal(api, wish);
	if (whyNot !== null) throw new CannotGoOn(whyNot, 1);
	const { words, exitCode } = await walk(wish, api);
	say(words);
	process.exit(exitCode);
});

function walk(wish: SimulateWish, api: Api): Promise<{ words: string; exitCode: number }> {
	return new Promise((resolve) => {
		const person = new SimulatedPerson({
			wish,
			WebSocket: showing(wish.token),
			time: systemTime,
			say,
			onEnd: (words, exitCode) => resolve({ words, exitCode }),
			onFailedTry: () =>
				void refusal(api, wish).then((whyNot) => {
					// A server that is away comes back: the next try will tell.
					if (whyNot === null || whyNot === nobodyAnswers(wish.origin, '--url')) return;
					person.stop();
					resolve({ words: whyNot, exitCode: 1 });
				}),
		});
		onStop(async () => {
			person.stop();
			resolve({ words: 'Stopped. The meeting goes on.', exitCode: 0 });
			return Promise.resolve();
		});
		person.start();
	});
}

/** Why this person can't walk there; null where nothing is in the way. */
async function refusal(api: Api, { meetingId, origin }: SimulateWish): Promise<string | null> {
	const standing = await askStanding(api, meetingId);
	switch (standing.is) {
		case 'running':
			return null;
		case 'ended':
			return 'This meeting is over. "npm run seed" makes a new one.';
		case 'removed':
			return 'The person of --token has no seat in the meeting of --session.';
		case 'logged_out':
			return 'The server does not know the login of --token (any more).';
		case 'unknown':
			return nobodyAnswers(origin, '--url');
	}
}

/** In a header, where no log of addresses sees it. */
function showing(token: string): new (url: string) => WebSocket {
	return class extends WebSocket {
		constructor(url: string) {
			super(url, { headers: { authorization: `Bearer ${token}` } });
		}
	};
}
