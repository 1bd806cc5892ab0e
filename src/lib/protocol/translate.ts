import type { Fix } from '$lib/geo';
import type { HereWindow, Meeting, MeetRequest, PublicPerson } from '$lib/meeting';
import type { HereState, MeetRequestField, PublicUser, Session, WireFix } from './fields';

/** The one place where the rules' words meet the wire's. */

export function instant(atMs: number): string {
	return new Date(atMs).toISOString();
}

export function fixFromWire(wire: WireFix): Fix {
	return {
		lat: wire.lat,
		lon: wire.lon,
		accuracyM: wire.accuracy_m,
		atMs: Date.parse(wire.timestamp),
		...(wire.heading_deg != null && { headingDeg: wire.heading_deg % 360 }),
		...(wire.speed_mps != null && { speedMps: wire.speed_mps }),
		...(wire.manual != null && { manual: wire.manual }),
	};
}

export function fixToWire(fix: Fix): WireFix {
	return {
		lat: fix.lat,
		lon: fix.lon,
		accuracy_m: fix.accuracyM,
		timestamp: instant(fix.atMs),
		...(fix.headingDeg !== undefined && { heading_deg: fix.headingDeg }),
		...(fix.speedMps !== undefined && { speed_mps: fix.speedMps }),
		...(fix.manual !== undefined && { manual: fix.manual }),
	};
}

export function sessionToWire(meeting: Meeting): Session {
	return {
		id: meeting.id,
		status: meeting.status,
		created_at: instant(meeting.createdAtMs),
		expires_at: instant(meeting.expiresAtMs),
		ended_at: meeting.endedAtMs === null ? null : instant(meeting.endedAtMs),
		end_reason: meeting.endReason,
		destination: meeting.destination,
	};
}

export function hereToWire(window: HereWindow | null): HereState | null {
	if (window === null) return null;
	return {
		user_ids: window.presses.map(({ personId }) => personId),
		expires_at: instant(window.expiresAtMs),
	};
}

/** What a client knows of a window: who and until when; how they pressed is the server's business. */
export function hereFromWire(state: HereState | null): HereWindow | null {
	if (state === null || state.user_ids.length === 0) return null;
	return {
		presses: state.user_ids.map((personId) => ({ personId, press: 'measured' as const })),
		expiresAtMs: Date.parse(state.expires_at),
	};
}

export function publicUser({ id, handle, displayName }: PublicPerson): PublicUser {
	return { id, handle, display_name: displayName };
}

export function requestToWire(
	request: MeetRequest,
	from: PublicPerson,
	to: PublicPerson,
): MeetRequestField {
	return {
		id: request.id,
		from_user: publicUser(from),
		to_user: publicUser(to),
		status: request.status,
		note: request.note,
		destination: request.destination,
		created_at: instant(request.createdAtMs),
		expires_at: instant(request.expiresAtMs),
		answered_at: request.answeredAtMs === null ? null : instant(request.answeredAtMs),
		session_id: request.meetingId,
	};
}
