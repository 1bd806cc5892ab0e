import type { FixRefusal } from '$lib/geo';

/** Every code a message, a call or a form may be refused with. The client owns the words for them. */
export const REFUSALS = [
	'INVALID_PAYLOAD',
	'INVALID_LOCATION',
	'RATE_LIMIT_EXCEEDED',
	'SHARING_PAUSED',
	'TOO_FAR',
	'NO_RECENT_LOCATION',
	'NOT_ACTIVE',
	'NOT_DUE',
	'TOO_LONG',
	'MEETING_ENDED',
	'MEETING_FULL',
	'NOT_A_PARTICIPANT',
	'INVITE_UNKNOWN',
	'INVITE_EXPIRED',
	'INVITE_SPENT',
	'INVITE_REVOKED',
	'INVALID_ID',
	'WRONG_CREDENTIALS',
	'WRONG_PASSWORD',
	'HANDLE_TAKEN',
	'PASSWORD_TOO_COMMON',
	'NOT_A_GUEST',
	'ACCOUNT_NEEDED',
	'SELF_NOT_ALLOWED',
	'REQUEST_REVERSED',
	'REQUEST_ANSWERED',
	'REQUEST_EXPIRED',
	'NOT_THE_CREATOR',
	'TOO_MANY_PLACES',
	'IDEMPOTENCY_KEY_REUSED',
	'IDEMPOTENCY_IN_PROGRESS',
	'UNAUTHENTICATED',
	'FORBIDDEN_ORIGIN',
	'NOT_FOUND',
	'TOO_LARGE',
	'UNSUPPORTED_MEDIA_TYPE',
	'UNAVAILABLE',
	'DRAINING',
	'INTERNAL',
] as const;
export type Refusal = (typeof REFUSALS)[number];

/** The sentence that travels with INVALID_LOCATION, for whoever writes a client. */
export const FIX_REFUSAL_MESSAGES: Record<FixRefusal, string> = {
	position_out_of_range: 'lat must be between -90 and 90 and lon between -180 and 180',
	accuracy_out_of_range: 'accuracy_m must be between 0.1 and 100',
	timestamp_out_of_range: 'timestamp must be within 5 minutes of the server time',
	older_than_last: 'timestamp is older than that of the last accepted location',
	too_fast: 'the location is too far from the last accepted one for the time between them',
};
