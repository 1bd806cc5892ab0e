import { isOpen, type MeetRequest } from '$lib/meeting';
import { m } from '$lib/paraglide/messages';

/** How a request stands, in a word; null while it is open. */
export function requestState(request: MeetRequest, nowMs: number): string | null {
	if (isOpen(request, nowMs)) return null;
	switch (request.status) {
		case 'ACCEPTED':
			return m.request_accepted();
		case 'REJECTED':
			return m.request_declined();
		case 'CANCELLED':
			return m.request_cancelled();
		case 'EXPIRED':
		case 'PENDING':
			return m.request_expired();
	}
}

/** Why an answer was not taken, where it is about the request itself. */
export function answerTrouble(code: string): string | null {
	switch (code) {
		case 'REQUEST_EXPIRED':
			return m.request_too_late();
		case 'REQUEST_ANSWERED':
			return m.request_answered();
		default:
			return null;
	}
}
