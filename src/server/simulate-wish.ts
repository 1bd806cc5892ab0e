import { isOnEarth, WALKING_MPS, type LatLon } from '$lib/geo';
import { Id } from '$lib/protocol';
import { CannotGoOn, DEFAULT_SERVER, parseWords, webAddress, wrongUse } from './command';

export const USAGE = `Usage: npm run simulate -- --session <id> --token <login token> [--url <address>]
                         [--from <lat,lon>] [--to <lat,lon>] [--speed <metres per second>]

  --session   the meeting, as "npm run seed" prints it
  --token     the login token of the person who walks
  --url       where MeetUp runs, ${DEFAULT_SERVER} if not given
  --from      where the walk begins, as 59.9075,10.7531 (--from=-33.9,18.4 if it begins with a minus)
  --to        where it leads; without it to the other person, or to a place in Oslo's harbour
  --speed     ${WALKING_MPS} if not given`;

export interface SimulateWish {
	readonly origin: string;
	readonly meetingId: string;
	readonly token: string;
	readonly from: LatLon | null;
	readonly to: LatLon | null;
	readonly speedMps: number;
}

/** Throws CannotGoOn, with a sentence that names what is wrong. */
export function readWish(args: readonly string[]): SimulateWish {
	const { values } = parseWords(
		{
			args: [...args],
			options: {
				session: { type: 'string' },
				token: { type: 'string' },
				url: { type: 'string', default: DEFAULT_SERVER },
				from: { type: 'string' },
				to: { type: 'string' },
				speed: { type: 'string', default: String(WALKING_MPS) },
				help: { type: 'boolean', short: 'h', default: false },
			},
		},
		USAGE,
	);
	if (values.help) throw new CannotGoOn(USAGE, 0);
	if (!values.session) throw wrongUse('--session is missing: which meeting?', USAGE);
	if (!Id.safeParse(values.session).success)
		throw wrongUse(
			'--session is the id of a meeting, such as 6f1e5a52-6c4b-4d55-9d0e-0d6f4c1b2a01.',
			USAGE,
		);
	if (!values.token) throw wrongUse('--token is missing: who walks?', USAGE);
	// It travels in a header: what has spaces or control characters was cut or pasted wrongly.
	if (!/^[\x21-\x7e]+$/.test(values.token))
		throw wrongUse('--token is a login token: one word, without spaces.', USAGE);
	const speedMps = Number(values.speed);
	if (!(speedMps > 0 && speedMps <= 50)) throw wrongUse('--speed is a number from 0 to 50.', USAGE);
	return {
		origin: webAddress(values.url, USAGE).origin,
		meetingId: values.session.toLowerCase(),
		token: values.token,
		from: place('--from', values.from),
		to: place('--to', values.to),
		speedMps,
	};
}

function place(option: string, text: string | undefined): LatLon | null {
	if (text === undefined) return null;
	const numbers = /^\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*$/.exec(text);
	const at = { lat: Number(numbers?.[1]), lon: Number(numbers?.[2]) };
	if (numbers === null || !isOnEarth(at))
		throw wrongUse(
			`${option} is a latitude and a longitude in degrees, such as 59.9075,10.7531.`,
			USAGE,
		);
	return at;
}
