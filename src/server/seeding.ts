import { createApi } from '$lib/client/api';
import { LoggedInAnswer, Problem } from '$lib/protocol';
import { CannotGoOn, DEFAULT_SERVER, nobodyAnswers } from './command';
import { newPassword, newSuffix } from './seed-wish';

export interface SeededPerson {
	readonly name: string;
	readonly handle: string;
	readonly password: string;
	readonly token: string;
}

export interface Seeded {
	readonly meetingId: string;
	readonly people: readonly SeededPerson[];
}

interface Server {
	readonly origin: string;
	readonly fetch: typeof fetch;
}

/** A handle of four random characters more may be taken too; so often in a row it is not chance. */
const TRIES = 5;

/** Alice and Bob, seated in a running meeting, by the same calls as any client. Throws CannotGoOn. */
export async function seed(server: Server): Promise<Seeded> {
	const alice = await register(server, 'Alice');
	const bob = await register(server, 'Bob');
	const { origin: baseUrl, fetch } = server;
	const started = await createApi({ fetch, baseUrl, token: alice.token }).start({});
	if (!started.ok) throw refused(server, 'start a meeting', started.code);
	const { session, invite } = started.value;
	const joined = await createApi({ fetch, baseUrl, token: bob.token }).redeem(invite.token);
	if (!joined.ok) throw refused(server, 'join the meeting', joined.code);
	return { meetingId: session.id, people: [alice, bob] };
}

async function register(server: Server, name: string): Promise<SeededPerson> {
	for (let tries = 0; tries < TRIES; tries++) {
		const handle = name.toLowerCase() + (tries === 0 ? '' : `_${newSuffix()}`);
		const password = newPassword();
		const answer = await call(server, { handle, display_name: name, password });
		const loggedIn = LoggedInAnswer.safeParse(answer);
		if (loggedIn.success) return { name, handle, password, token: loggedIn.data.token };
		const problem = Problem.safeParse(answer);
		// Another program may listen there, and answers in its own way.
		if (!problem.success) throw new CannotGoOn(nobodyAnswers(server.origin, '--url'), 1);
		if (problem.data.code !== 'HANDLE_TAKEN')
			throw refused(server, `register ${name}`, problem.data.code);
	}
	throw refused(server, `register ${name}`, 'HANDLE_TAKEN');
}

async function call({ origin, fetch }: Server, body: Record<string, string>): Promise<unknown> {
	try {
		const response = await fetch(`${origin}/api/v1/users/register`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(body),
			signal: AbortSignal.timeout(10_000),
		});
		return await response.json();
	} catch {
		return null; // no network, no server, or no JSON: nothing that could be read
	}
}

function refused({ origin }: Server, deed: string, code: string): CannotGoOn {
	if (code === 'UNAVAILABLE') return new CannotGoOn(nobodyAnswers(origin, '--url'), 1);
	if (code === 'RATE_LIMIT_EXCEEDED')
		return new CannotGoOn(`The server has had enough of us for now: ${deed} later (${code}).`, 1);
	return new CannotGoOn(`The server would not let us ${deed} (${code}).`, 1);
}

/** What to do with it: words to read, lines to copy. */
export function report(origin: string, { meetingId, people }: Seeded): string {
	// With "=": a token may begin with a minus.
	const blocks = people.map(({ name, handle, password, token }) =>
		[
			name,
			`  handle    ${handle}`,
			`  password  ${password}`,
			`  token     ${token}`,
			`  inspect   ${origin}/debug#session=${meetingId}&token=${token}`,
			`  walk      npm run simulate -- --session ${meetingId} --token=${token}${at(origin)}`,
		].join('\n'),
	);
	return [
		`${people.map(({ name }) => name).join(' and ')} are in a running meeting.`,
		[
			`  session   ${meetingId}`,
			`  live      ${origin}/login?next=/meet/${meetingId}`,
			'            (one browser for each; logging in leads to the meeting)',
		].join('\n'),
		...blocks,
		'The inspector is there in "npm run dev", and where the server runs with DEBUG_CLIENT=1.',
	].join('\n\n');
}

function at(origin: string): string {
	return origin === DEFAULT_SERVER ? '' : ` --url ${origin}`;
}
