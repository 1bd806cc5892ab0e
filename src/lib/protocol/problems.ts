import type { Refusal } from './refusals';
import type { Problem } from './rest';

/** HTTP status, title and sentence of every refusal, for RFC 9457 answers. */
const PROBLEMS: Record<Refusal, readonly [status: number, title: string, detail: string]> = {
	INVALID_PAYLOAD: [422, 'Invalid payload', 'Some fields are missing or have the wrong form.'],
	INVALID_LOCATION: [422, 'Invalid location', 'That location can’t be right.'],
	RATE_LIMIT_EXCEEDED: [429, 'Too many requests', 'That was too often. Please wait a moment.'],
	SHARING_PAUSED: [409, 'Sharing is paused', 'Positions are not taken while you pause.'],
	TOO_FAR: [409, 'Too far', 'The two of you are still too far from each other.'],
	NO_RECENT_LOCATION: [409, 'No recent location', 'There is no recent location of both of you.'],
	NOT_ACTIVE: [409, 'Not active', 'Nobody has joined this meeting yet.'],
	NOT_DUE: [409, 'Not due', 'The meeting has not reached its end time.'],
	TOO_LONG: [409, 'Too long', 'A meeting lasts 8 hours at most.'],
	MEETING_ENDED: [410, 'Meeting ended', 'This meeting is over.'],
	MEETING_FULL: [409, 'Meeting full', 'Both seats of this meeting are taken.'],
	NOT_A_PARTICIPANT: [403, 'Not a participant', 'You are not in this meeting.'],
	INVITE_UNKNOWN: [404, 'Unknown invite', 'There is no such invite.'],
	INVITE_EXPIRED: [410, 'Invite expired', 'This invite has expired.'],
	INVITE_SPENT: [410, 'Invite spent', 'Somebody has already joined with this invite.'],
	INVITE_REVOKED: [
		410,
		'Invite revoked',
		'This invite was taken back, or replaced by a newer one.',
	],
	INVALID_ID: [400, 'Invalid id', 'That is not an id.'],
	WRONG_CREDENTIALS: [401, 'Wrong credentials', 'Handle and password don’t belong together.'],
	WRONG_PASSWORD: [403, 'Wrong password', 'That is not the current password.'],
	HANDLE_TAKEN: [409, 'Handle taken', 'Somebody else has this handle already.'],
	PASSWORD_TOO_COMMON: [422, 'Password too common', 'Too many people use that password.'],
	NOT_A_GUEST: [409, 'Not a guest', 'This is an account already.'],
	ACCOUNT_NEEDED: [403, 'Account needed', 'Guests can’t do that. Please make an account first.'],
	SELF_NOT_ALLOWED: [400, 'Not with yourself', 'That needs somebody other than you.'],
	REQUEST_REVERSED: [409, 'Asked the other way', 'This person has asked you already.'],
	REQUEST_ANSWERED: [409, 'Request answered', 'This request has been answered already.'],
	REQUEST_EXPIRED: [410, 'Request expired', 'This request was not answered in time.'],
	NOT_THE_CREATOR: [403, 'Not the creator', 'Only who started the meeting can do that.'],
	TOO_MANY_PLACES: [409, 'Too many places', 'Please remove a saved place first.'],
	IDEMPOTENCY_KEY_REUSED: [422, 'Key reused', 'This Idempotency-Key was used for another call.'],
	IDEMPOTENCY_IN_PROGRESS: [409, 'In progress', 'The first call with this key is not done yet.'],
	UNAUTHENTICATED: [401, 'Not authenticated', 'Please sign in or join by an invite first.'],
	FORBIDDEN_ORIGIN: [403, 'Wrong origin', 'This call came from another site.'],
	NOT_FOUND: [404, 'Not found', 'There is nothing here.'],
	METHOD_NOT_ALLOWED: [405, 'Wrong method', 'This can’t be done here. `Allow` tells what can.'],
	TOO_LARGE: [413, 'Too large', 'That was more than this server takes.'],
	UNSUPPORTED_MEDIA_TYPE: [415, 'Unsupported media type', 'Please send JSON.'],
	UNAVAILABLE: [503, 'Unavailable', 'The server can’t do that right now. Please try again.'],
	DRAINING: [503, 'Restarting', 'This server is about to restart. Please try again.'],
	INTERNAL: [500, 'Internal error', 'Something went wrong on our side.'],
};

export function statusOf(code: Refusal): number {
	return PROBLEMS[code][0];
}

/** The body of an `application/problem+json` answer. */
export function problemOf(code: Refusal, errors?: Problem['errors']): Problem {
	const [status, title, detail] = PROBLEMS[code];
	return { type: 'about:blank', title, status, detail, code, ...(errors && { errors }) };
}
