import { PAGE_LIMITS } from './rest-requests';

/** What the contract says of all calls, and of their groups. */

export const INTRODUCTION = [
	'**Logging in.** Send `Authorization: Bearer <token>` with the `token` that registering, logging in and becoming a guest give, or the cookie that they set (behind HTTPS it is called `__Host-meetup_login`). A login lasts 30 days and is prolonged by use. With the cookie, calls that change something must come from a page of this server, by their `Origin`. A server may be set up to take the JWTs of another issuer as well. A guest is somebody who came without an account; what needs one answers him 403 `ACCOUNT_NEEDED`.',
	'**Bodies** are JSON, 16 KiB at most. What is not known in them is ignored. Text is trimmed. Times are ISO 8601 in UTC with `Z`, ids are UUIDs, coordinates are degrees in WGS 84. Answers and enumerations may grow: ignore what you do not know.',
	'**Refusals** are `application/problem+json` (RFC 9457). Go by `code`; `detail` is a sentence for whoever writes a client. 404 also stands for what you may not know of. Beside what each call tells, a path that does not exist is 404 `NOT_FOUND`, and another method 405 `METHOD_NOT_ALLOWED` with `Allow`.',
	'**Repeating.** Calls that change something may be repeated safely with an `Idempotency-Key`: for an hour, the same call with the same key gets the same answer, marked by `Idempotency-Replayed: true`. Answers that say to try again (429, 5xx), and those that say what is wrong with the call itself (401, 413, 415, 422), are not kept.',
	`**Pages.** Lists that come by pages have a \`next_cursor\`: give it as \`cursor\` to get the next page; null is the end. A page has ${PAGE_LIMITS.usual} rows, or as many as \`limit\` says.`,
	'**Live** positions and news come by two WebSockets, `/api/v1/ws/meetup?session_id=…` and `/api/v1/ws/inbox`, with the same logins. They are described in `PROTOCOL.md` beside the source. Setting the meeting point, the way of travelling, pausing, and taking “I’m here” back are theirs alone.',
].join('\n\n');

export const TAGS: Readonly<Record<string, string>> = {
	users: 'Accounts: oneself and others.',
	auth: 'Logins. A session of `auth` is a device that somebody is logged in on.',
	friends: 'Accounts that have met, or agreed to meet.',
	blocks: 'Who shall not reach you.',
	requests: '“Shall we meet?”, from one account to another: answered, or expired after 10 minutes.',
	history: 'Meetings that are over.',
	sessions: 'Meetings: two seats, an end time, perhaps a place.',
	invites: 'One-use secret links that seat whoever has them, with or without an account.',
	places: 'Places that somebody keeps.',
	push: 'Notices to browsers that are not open (Web Push).',
	contract: 'This document.',
};

/** The group of a path. */
export function tagOf(path: string): string {
	const [, first = ''] = path.split('/');
	if (first === 'invite') return 'invites';
	return first === 'openapi.json' ? 'contract' : first;
}
