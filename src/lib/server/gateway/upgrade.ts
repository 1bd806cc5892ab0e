import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { isOver, isParticipant, type Meeting } from '$lib/meeting';
import { Id, type Problem, type Refusal } from '$lib/protocol';
import type { Login } from '$lib/server/auth/auth';
import type { GatewayDeps } from './deps';

export const SOCKET_PATH = '/api/v1/ws/meetup';
export const INBOX_PATH = '/api/v1/ws/inbox';

/** Who is at the door, and the token that says so. */
export interface Caller {
	readonly login: Login;
	readonly token: string;
}

export interface MeetingSeat extends Caller {
	readonly meeting: Meeting;
}

export interface UpgradeRefused {
	readonly status: number;
	readonly code: Refusal;
	readonly detail: string;
}

/** Who may come in to a meeting, in this order (rule P2). Throws when the database is away. */
export async function judgeMeetingUpgrade(
	request: IncomingMessage,
	deps: GatewayDeps,
): Promise<MeetingSeat | UpgradeRefused> {
	const meetingId = Id.safeParse(urlOf(request)?.searchParams.get('session_id')?.toLowerCase());
	if (!meetingId.success) return refused(400, 'INVALID_ID', 'session_id must be a UUID');

	const caller = await judgeCaller(request, deps);
	if (!('login' in caller)) return caller;

	const view = await deps.meetings.find(meetingId.data);
	if (!view) return refused(404, 'NOT_FOUND', 'there is no such meeting');
	const { meeting } = view;
	if (!isParticipant(meeting, caller.login.personId))
		return refused(403, 'NOT_A_PARTICIPANT', 'you are not in this meeting');
	if (isOver(meeting, deps.now())) return refused(410, 'MEETING_ENDED', 'the meeting is over');
	return { ...caller, meeting };
}

/** Who it is: the same question at every door (rules P3, P4, I1). Throws when the database is away. */
export async function judgeCaller(
	request: IncomingMessage,
	{ auth, origin }: Pick<GatewayDeps, 'auth' | 'origin'>,
): Promise<Caller | UpgradeRefused> {
	const known = await auth.authenticate({
		cookieHeader: request.headers.cookie ?? null,
		authorizationHeader: request.headers.authorization ?? null,
		queryToken: urlOf(request)?.searchParams.get('token') ?? null,
		isSecure: isSecure(request, origin),
	});
	if (!known) return refused(401, 'UNAUTHENTICATED', 'there is no valid login');
	// Browsers send cookies along from any page: only the Origin tells whose page it is. A token is
	// shown by whoever means it.
	if (known.by === 'cookie' && !isOurs(request, origin))
		return refused(403, 'FORBIDDEN_ORIGIN', 'with a cookie, Origin must be that of this server');
	return { login: known.login, token: known.token };
}

export const WRONG_PATH = refused(404, 'NOT_FOUND', 'there is no socket here');
export const DRAINING = refused(503, 'DRAINING', 'the server is about to restart');
export const TOO_MANY_INBOXES = refused(
	429,
	'RATE_LIMIT_EXCEEDED',
	'you have too many open sockets of this kind',
);
export const UNAVAILABLE = refused(503, 'UNAVAILABLE', 'the server cannot look this up right now');

/** Null for what is no address at all (`//`, a bad escape): the path then matches nothing. */
export function urlOf({ url }: IncomingMessage): URL | null {
	return parseUrl(`http://host${url ?? '/'}`);
}

/** Answers with problem details and ends the socket. */
export function refuseUpgrade(socket: Duplex, { status, code, detail }: UpgradeRefused): void {
	if (socket.destroyed) return;
	const title = STATUS_CODES[status] ?? 'Refused';
	const problem: Problem = { type: 'about:blank', title, status, detail, code };
	const body = JSON.stringify(problem);
	// A half-open peer would keep the descriptor: nothing is left to be read from it.
	socket.once('finish', () => socket.destroy());
	socket.end(
		[
			`HTTP/1.1 ${status} ${title}`,
			'Content-Type: application/problem+json',
			`Content-Length: ${Buffer.byteLength(body)}`,
			'Cache-Control: no-store',
			...(status === 503 ? ['Retry-After: 1'] : []),
			...(status === 401 ? ['WWW-Authenticate: Bearer'] : []),
			'Connection: close',
			'',
			body,
		].join('\r\n'),
	);
}

/** `x-meetup-protocol` is written by the process itself for every request, over whatever came. */
function isSecure({ headers }: IncomingMessage, origin: string | undefined): boolean {
	return origin === undefined
		? headers['x-meetup-protocol'] === 'https'
		: origin.startsWith('https:');
}

function isOurs({ headers }: IncomingMessage, origin: string | undefined): boolean {
	if (headers.origin === undefined) return false;
	if (origin !== undefined) return headers.origin === origin;
	return parseUrl(headers.origin)?.host === headers.host?.toLowerCase();
}

/** `URL.parse` of Node 22, for Node 20. */
function parseUrl(text: string): URL | null {
	return URL.canParse(text) ? new URL(text) : null;
}

function refused(status: number, code: Refusal, detail: string): UpgradeRefused {
	return { status, code, detail };
}
