import type { LatLon } from '$lib/geo';

export const MEETING_STATUSES = ['PENDING', 'ACTIVE', 'ENDED'] as const;
export type MeetingStatus = (typeof MEETING_STATUSES)[number];

export const END_REASONS = [
	'PROXIMITY_REACHED',
	'MANUAL_CONFIRM',
	'USER_ACTION',
	'EXPIRED',
	'BLOCKED',
] as const;
export type EndReason = (typeof END_REASONS)[number];

/** The reasons a person may not claim: only the rules give them. */
export const RULED_END_REASONS = [
	'PROXIMITY_REACHED',
	'MANUAL_CONFIRM',
	'EXPIRED',
	'BLOCKED',
] as const satisfies readonly EndReason[];

export const SHARING_STATES = ['live', 'paused', 'hidden', 'weak_signal'] as const;
export type SharingState = (typeof SHARING_STATES)[number];

export const ROUTE_MODES = ['foot-walking', 'cycling-regular', 'driving-car'] as const;
export type RouteMode = (typeof ROUTE_MODES)[number];

/** A meeting point that people agreed on. The only coordinates that are ever stored. */
export interface Place extends LatLon {
	readonly name: string;
}

export interface Meeting {
	readonly id: string;
	readonly status: MeetingStatus;
	readonly createdBy: string;
	readonly createdAtMs: number;
	readonly expiresAtMs: number;
	readonly endedAtMs: number | null;
	/** One of END_REASONS, or the short text a client gave when it ended the meeting. */
	readonly endReason: string | null;
	readonly destination: Place | null;
	/** The people seated, the creator first. */
	readonly participantIds: readonly string[];
}

export const MEETING_LIMITS = {
	seats: 2,
	durationsMin: [30, 60, 180],
	durationDefaultMin: 60,
	durationMinMin: 5,
	/** At most 8 h from creation, all extensions included. */
	durationMaxMin: 8 * 60,
	extendMin: 30,
	inviteLifeMs: 24 * 60 * 60_000,
	displayNameMax: 40,
	placeNameMax: 80,
	endReasonMax: 64,
} as const;
