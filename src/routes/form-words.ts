import { MEETING_LIMITS } from '$lib/meeting';
import { m } from '$lib/paraglide/messages';

/** The sentence for a form's refusal. `NETWORK`: the browser could not reach the server at all. */
export function formSentence(code: string): string {
	switch (code) {
		case 'NAME_TOO_LONG':
			return m.error_name({ max: MEETING_LIMITS.displayNameMax });
		case 'DURATION_UNKNOWN':
			return m.error_duration();
		case 'RATE_LIMIT_EXCEEDED':
			return m.error_busy();
		case 'UNAVAILABLE':
		case 'DRAINING':
			return m.error_unavailable();
		case 'NETWORK':
			return m.error_network();
		default:
			return m.error_generic();
	}
}
