import {
	InviteAnswer as InviteAnswerSchema,
	InvitePreview,
	Problem,
	RedeemAnswer,
	REFUSALS,
	Session,
	StartSessionAnswer,
	Welcome,
	type Refusal,
} from '$lib/protocol';
import { done, refuse, type Result } from '$lib/result';

export type InviteAnswer = StartSessionAnswer['invite'];
export type Answer<T> = Promise<Result<T, Refusal>>;

export interface StartWish {
	readonly display_name?: string;
	readonly duration_min?: number;
}

/** The few calls of `/api/v1` that the web app makes. None of them throws. */
export interface Api {
	preview(secret: string): Answer<InvitePreview>;
	redeem(secret: string, displayName?: string): Answer<RedeemAnswer>;
	start(wish: StartWish): Answer<StartSessionAnswer>;
	renewInvite(meetingId: string): Answer<InviteAnswer>;
	snapshot(meetingId: string): Answer<Welcome>;
	/** Also of an ended meeting: how it ended. */
	session(meetingId: string): Answer<Session>;
	/** Answers how it ended, also where it had ended before. */
	end(meetingId: string): Answer<Session>;
	extend(meetingId: string, minutes: number): Answer<Session>;
	revokeInvite(inviteId: string): Answer<null>;
	remove(meetingId: string, personId: string): Answer<Session>;
	block(personId: string): Answer<null>;
}

export interface ApiOptions {
	readonly fetch: typeof fetch;
	/** Empty in the browser: the page's own origin. */
	readonly baseUrl?: string;
	/** Speaks for this login, and sends no cookie. */
	readonly token?: string;
	/** Sends no cookie and takes none: somebody new. */
	readonly asStranger?: boolean;
	readonly timeoutMs?: number;
}

/** As much of a schema of `protocol` as reading needs. */
interface Schema<T> {
	safeParse(body: unknown): { success: true; data: T } | { success: false };
}

interface Call {
	readonly method?: 'GET' | 'POST' | 'DELETE';
	readonly headers?: Record<string, string>;
	readonly body?: unknown;
}

export function createApi(options: ApiOptions): Api {
	// Taken out of the options: called as a method, a browser's fetch throws "Illegal invocation".
	const { fetch, baseUrl = '', token, timeoutMs = 10_000 } = options;
	const credentials = options.asStranger || token !== undefined ? 'omit' : 'same-origin';

	async function call<T>(path: string, schema: Schema<T>, wish: Call = {}): Answer<T> {
		const headers: Record<string, string> = { accept: 'application/json', ...wish.headers };
		if (token !== undefined) headers.authorization = `Bearer ${token}`;
		if (wish.body !== undefined) headers['content-type'] = 'application/json';
		let response: Response;
		let body: unknown;
		try {
			response = await fetch(`${baseUrl}/api/v1/${path}`, {
				method: wish.method ?? 'GET',
				headers,
				credentials,
				cache: 'no-store',
				signal: AbortSignal.timeout(timeoutMs),
				...(wish.body !== undefined && { body: JSON.stringify(wish.body) }),
			});
			const text = await response.text();
			body = text === '' ? null : parseJson(text);
		} catch {
			return refuse('UNAVAILABLE'); // no network, no server, or no answer in time
		}
		if (!response.ok) return refuse(refusalOf(response.status, body));
		const parsed = schema.safeParse(body);
		// An answer that is not by the rules comes from a proxy's login page or a server of tomorrow.
		return parsed.success ? done(parsed.data) : refuse('UNAVAILABLE');
	}

	const of = (meetingId: string) => `sessions/${encodeURIComponent(meetingId)}`;
	return {
		preview: (secret) =>
			call('invites/preview', InvitePreview, { headers: { 'x-invite-token': secret } }),
		redeem: (secret, displayName) =>
			call('invite/redeem', RedeemAnswer, {
				method: 'POST',
				body: { token: secret, ...(displayName !== undefined && { display_name: displayName }) },
			}),
		start: (wish) => call('sessions', StartSessionAnswer, { method: 'POST', body: wish }),
		renewInvite: (meetingId) =>
			call('invites', inside('invite', InviteAnswerSchema), {
				method: 'POST',
				body: { session_id: meetingId },
			}),
		snapshot: (meetingId) => call(`${of(meetingId)}/snapshot`, Welcome),
		session: (meetingId) => call(of(meetingId), inside('session', Session)),
		end: (meetingId) => call(of(meetingId), inside('session', Session), { method: 'DELETE' }),
		extend: (meetingId, minutes) =>
			call(`${of(meetingId)}/extend`, inside('session', Session), {
				method: 'POST',
				body: { minutes },
			}),
		revokeInvite: (inviteId) =>
			call(`invites/${encodeURIComponent(inviteId)}`, Whatever, { method: 'DELETE' }),
		remove: (meetingId, personId) =>
			call(
				`${of(meetingId)}/participants/${encodeURIComponent(personId)}`,
				inside('session', Session),
				{ method: 'DELETE' },
			),
		block: (personId) => call('blocks', Whatever, { method: 'POST', body: { user_id: personId } }),
	};
}

/** That it was done is all there is to know. */
const Whatever: Schema<null> = { safeParse: () => ({ success: true, data: null }) };

/** What `name` holds, or the whole where the answer is not wrapped. */
function inside<T>(name: string, schema: Schema<T>): Schema<T> {
	return {
		safeParse(body) {
			const isWrapped = typeof body === 'object' && body !== null && name in body;
			return schema.safeParse(isWrapped ? Reflect.get(body, name) : body);
		},
	};
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

function refusalOf(status: number, body: unknown): Refusal {
	const problem = Problem.safeParse(body);
	// Without problem details it is not our server that speaks but a proxy before it, which knows
	// nothing: its 404 while the server restarts must not end a meeting on the screen.
	if (!problem.success) return 'UNAVAILABLE';
	const named = REFUSALS.find((code) => code === problem.data.code);
	return named ?? REFUSAL_BY_STATUS[status] ?? (status >= 500 ? 'UNAVAILABLE' : 'INTERNAL');
}

const REFUSAL_BY_STATUS: Readonly<Record<number, Refusal>> = {
	401: 'UNAUTHENTICATED',
	403: 'NOT_A_PARTICIPANT',
	404: 'NOT_FOUND',
	410: 'MEETING_ENDED',
	413: 'TOO_LARGE',
	415: 'UNSUPPORTED_MEDIA_TYPE',
	422: 'INVALID_PAYLOAD',
	429: 'RATE_LIMIT_EXCEEDED',
};
