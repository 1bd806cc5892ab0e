import type { Press } from './proximity';

/** The minute in which everybody must confirm: who has, and until when. */
export interface HereWindow {
	readonly presses: readonly HerePress[];
	readonly expiresAtMs: number;
}

export interface HerePress {
	readonly personId: string;
	readonly press: Press;
}

export const HERE_WINDOW_MS = 60_000;

/**
 * The window after `personId` pressed at `nowMs`. An expired window counts for nothing: the press
 * opens a new one. Pressing twice changes nothing and does not prolong it.
 */
export function pressHere(
	window: HereWindow | null,
	personId: string,
	press: Press,
	nowMs: number,
): HereWindow {
	const open = openWindow(window, nowMs);
	if (open === null) return { presses: [{ personId, press }], expiresAtMs: nowMs + HERE_WINDOW_MS };
	if (open.presses.some((earlier) => earlier.personId === personId)) return open;
	return { ...open, presses: [...open.presses, { personId, press }] };
}

/** The window if it is still open at `nowMs`, else null. */
export function openWindow(window: HereWindow | null, nowMs: number): HereWindow | null {
	return window !== null && nowMs < window.expiresAtMs ? window : null;
}

/** Whether everybody in the meeting has pressed: two at least, so that nobody ends it alone. */
export function isComplete(window: HereWindow, participantIds: readonly string[]): boolean {
	const pressed = new Set(window.presses.map(({ personId }) => personId));
	return participantIds.length >= 2 && participantIds.every((id) => pressed.has(id));
}

/** One press by hand makes the whole meeting one that was confirmed by hand. */
export function isByHand(window: HereWindow): boolean {
	return window.presses.some(({ press }) => press === 'by_hand');
}
