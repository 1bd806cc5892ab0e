import { MEETING_LIMITS, PERSON_LIMITS } from '$lib/meeting';
import { m } from '$lib/paraglide/messages';

/**
 * The sentence for a form's refusal. `NETWORK`: the browser could not reach the server at all.
 * `waitS`: how long whoever was too fast has to wait.
 */
export function formSentence(code: string, waitS: number | null = null): string {
	switch (code) {
		case 'NAME_TOO_LONG':
			return m.error_name({ max: MEETING_LIMITS.displayNameMax });
		case 'DURATION_UNKNOWN':
			return m.error_duration();
		case 'RATE_LIMIT_EXCEEDED':
			return waitS === null ? m.error_busy() : m.error_wait({ count: Math.ceil(waitS / 60) });
		case 'UNAVAILABLE':
		case 'DRAINING':
			return m.error_unavailable();
		case 'NETWORK':
			return m.error_network();
		case 'HANDLE_INVALID':
			return m.error_handle({ min: PERSON_LIMITS.handleMin, max: PERSON_LIMITS.handleMax });
		case 'HANDLE_TAKEN':
			return m.error_handle_taken();
		case 'NAME_MISSING':
			return m.error_name_missing();
		case 'PASSWORD_TOO_SHORT':
			return m.error_password_short({ min: PERSON_LIMITS.passwordMin });
		case 'PASSWORD_TOO_LONG':
			return m.error_password_long({ max: PERSON_LIMITS.passwordMax });
		case 'PASSWORD_TOO_COMMON':
			return m.error_password_common();
		case 'WRONG_CREDENTIALS':
			return m.error_wrong_credentials();
		case 'WRONG_PASSWORD':
			return m.error_wrong_password();
		case 'NOT_A_GUEST':
			return m.error_not_a_guest();
		case 'NOT_FOUND':
			return m.error_not_found();
		default:
			return m.error_generic();
	}
}
