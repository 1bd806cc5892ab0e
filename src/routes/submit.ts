import type { SubmitFunction } from '@sveltejs/kit';
import { browserMemory } from '$lib/client/device-memory';

interface Submitting {
	onbusy(isBusy: boolean): void;
	/** The server could not be reached or broke: nothing typed is lost, the code says what to say. */
	onfail(code: string): void;
	/** The way into the meeting is open. */
	onin?(): void;
}

/** Both forms that lead into a meeting: remembers the name, and that there was a tap to ask after. */
export function intoMeeting({ onbusy, onfail, onin }: Submitting): SubmitFunction {
	return ({ formData }) => {
		onbusy(true);
		return async ({ result, update }) => {
			if (result.type === 'redirect') {
				const memory = browserMemory();
				const name = formData.get('name');
				if (typeof name === 'string' && name.trim() !== '') memory.rememberName(name.trim());
				const meetingId = meetingIdIn(result.location);
				if (meetingId !== null) memory.rememberTap(meetingId);
				onin?.();
			}
			if (result.type === 'error') {
				onfail(result.status === undefined ? 'NETWORK' : 'UNAVAILABLE');
			} else {
				await update({ reset: false });
			}
			onbusy(false);
		};
	};
}

/** The meeting a redirect leads to. */
export function meetingIdIn(location: string): string | null {
	return /^\/meet\/([0-9a-f-]{36})(?:[#?]|$)/.exec(location)?.[1] ?? null;
}
