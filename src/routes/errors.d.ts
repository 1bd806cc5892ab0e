import type { Receipt } from '$lib/components/meeting/receipt';

declare global {
	namespace App {
		interface Error {
			/** With MEETING_ENDED, for those who were in it. */
			receipt?: Receipt;
		}
	}
}

export {};
