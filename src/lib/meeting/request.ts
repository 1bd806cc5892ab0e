import { done, refuse, type Result } from '$lib/result';
import type { Place } from './meeting';

export const REQUEST_STATUSES = [
	'PENDING',
	'ACCEPTED',
	'REJECTED',
	'CANCELLED',
	'EXPIRED',
] as const;
export type RequestStatus = (typeof REQUEST_STATUSES)[number];

/** "Shall we meet?", from one account to another. */
export interface MeetRequest {
	readonly id: string;
	readonly fromId: string;
	readonly toId: string;
	readonly status: RequestStatus;
	readonly note: string | null;
	readonly destination: Place | null;
	readonly createdAtMs: number;
	readonly expiresAtMs: number;
	readonly answeredAtMs: number | null;
	/** The meeting it became, once accepted. */
	readonly meetingId: string | null;
}

export const REQUEST_LIMITS = {
	lifeMs: 10 * 60_000,
	noteMax: 140,
} as const;

/** What one of the two may say to it. */
export const REQUEST_ANSWERS = ['accept', 'decline', 'cancel'] as const;
export type RequestAnswer = (typeof REQUEST_ANSWERS)[number];

export type RequestEvent =
	| { readonly type: RequestAnswer; readonly by: string; readonly atMs: number }
	/** Nobody answered in time. */
	| { readonly type: 'expire'; readonly atMs: number };

export type RequestRefusal = 'NOT_FOUND' | 'REQUEST_ANSWERED' | 'REQUEST_EXPIRED' | 'NOT_DUE';

/**
 * The one judge of every answer: the request after it, or why not. See SPEC.md. The meeting that an
 * accepted one becomes is made, and written into it, by whoever asks here.
 */
export function answerRequest(
	request: MeetRequest,
	event: RequestEvent,
): Result<MeetRequest, RequestRefusal> {
	// The outsider first: he may not even learn that there is a request.
	if (event.type !== 'expire' && event.by !== answererOf(request, event.type))
		return refuse('NOT_FOUND');
	const status = OUTCOMES[event.type];
	if (request.status === status) return done(request);
	if (request.status === 'EXPIRED') return refuse('REQUEST_EXPIRED');
	if (request.status !== 'PENDING') return refuse('REQUEST_ANSWERED');
	if (event.type === 'expire')
		return isOpen(request, event.atMs) ? refuse('NOT_DUE') : done({ ...request, status });
	if (!isOpen(request, event.atMs)) return refuse('REQUEST_EXPIRED');
	return done({ ...request, status, answeredAtMs: event.atMs });
}

/** What the viewer may answer now. The page draws its buttons from this list. */
export function allowedAnswers(
	request: MeetRequest,
	viewerId: string,
	nowMs: number,
): ReadonlySet<RequestAnswer> {
	const isAnswerable = (type: RequestAnswer) =>
		isOpen(request, nowMs) && answerRequest(request, { type, by: viewerId, atMs: nowMs }).ok;
	return new Set(REQUEST_ANSWERS.filter(isAnswerable));
}

/** Whether it still waits for an answer, whatever the status says until the worker comes by. */
export function isOpen(
	request: Pick<MeetRequest, 'status' | 'expiresAtMs'>,
	nowMs: number,
): boolean {
	return request.status === 'PENDING' && nowMs < request.expiresAtMs;
}

/** The request as it is to be shown: past its time it reads EXPIRED before the worker comes by. */
export function requestAt(request: MeetRequest, nowMs: number): MeetRequest {
	const expired = answerRequest(request, { type: 'expire', atMs: nowMs });
	return expired.ok ? expired.value : request;
}

const OUTCOMES = {
	accept: 'ACCEPTED',
	decline: 'REJECTED',
	cancel: 'CANCELLED',
	expire: 'EXPIRED',
} as const satisfies Record<RequestEvent['type'], RequestStatus>;

/** Only who asks takes it back, only who was asked says yes or no. */
function answererOf(request: MeetRequest, answer: RequestAnswer): string {
	return answer === 'cancel' ? request.fromId : request.toId;
}
