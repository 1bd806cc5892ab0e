import type { SubmitFunction } from '@sveltejs/kit';
import { goto } from '$app/navigation';
import { browserMemory } from '$lib/client/device-memory';

interface Submitting {
	onbusy(isBusy: boolean): void;
	/** The server could not be reached or broke: nothing typed is lost, the code says what to say. */
	onfail(code: string): void;
	/** The way into the meeting is open. */
	onin?(): void;
	/** The meeting takes the form's place in the history. */
	replaces?: boolean;
}

/** Both forms that lead into a meeting: remembers the name, and that there was a tap to ask after. */
export function intoMeeting({
	onbusy,
	onfail,
	onin,
	replaces = false,
}: Submitting): SubmitFunction {
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
			} else if (result.type === 'redirect' && replaces) {
				// eslint-disable-next-line svelte/no-navigation-without-resolve -- the server's own redirect
				await goto(result.location, { replaceState: true, invalidateAll: true });
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
