import { randomBytes } from 'node:crypto';
import { CannotGoOn, DEFAULT_SERVER, parseWords, webAddress } from './command';

export const USAGE = `Usage: npm run seed [-- --url <address>]

  --url   where MeetUp runs, ${DEFAULT_SERVER} if not given

Makes the accounts alice and bob (or alice_… and bob_… where those are taken) with a running meeting.`;

/** The origin of the server. Throws CannotGoOn, with a sentence that names what is wrong. */
export function readWish(args: readonly string[]): string {
	const { values } = parseWords(
		{
			args: [...args],
			options: {
				url: { type: 'string', default: DEFAULT_SERVER },
				help: { type: 'boolean', short: 'h', default: false },
			},
		},
		USAGE,
	);
	if (values.help) throw new CannotGoOn(USAGE, 0);
	return webAddress(values.url, USAGE).origin;
}

export const newPassword = () => randomBytes(12).toString('base64url');

/** Of letters and digits, as a handle may have. */
export const newSuffix = () => randomBytes(2).toString('hex');
