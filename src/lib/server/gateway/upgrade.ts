import type { IncomingMessage } from 'node:http';
import { isOver, isParticipant, type Meeting } from '$lib/meeting';
import { Id } from '$lib/protocol';
import type { Login } from '$lib/server/auth/auth';
import type { GatewayDeps } from './deps';
import { refused, type UpgradeRefused } from './refusals';

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

/** Null for what is no address at all (`//`, a bad escape): the path then matches nothing. */
export function urlOf({ url }: IncomingMessage): URL | null {
	return parseUrl(`http://host${url ?? '/'}`);
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
