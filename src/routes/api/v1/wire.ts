import {
	instant,
	publicUser,
	requestToWire,
	type Block,
	type Device,
	type InviteAnswer,
	type Me,
	type MeetRequestField,
	type PastSession,
	type SavedPlaceField,
} from '$lib/protocol';
import type { Person } from '$lib/meeting';
import type { z } from 'zod';
import type {
	Account,
	BlockView,
	Device as OwnDevice,
	Invite,
	PastMeeting,
	RequestView,
	SavedPlace,
} from '$lib/server/app';

/** What use cases answer, in the words of the API. */

export function meToWire(account: Account): Me {
	return {
		id: account.id,
		kind: account.kind,
		handle: account.handle,
		display_name: account.displayName,
		searchable: account.searchable,
		created_at: instant(account.createdAtMs),
	};
}

export function deviceToWire({ id, label, isCurrent, ...at }: OwnDevice): Device {
	return {
		id,
		device: label,
		created_at: instant(at.createdAtMs),
		expires_at: instant(at.expiresAtMs),
		current: isCurrent,
	};
}

export function requestViewToWire({ request, from, to }: RequestView): MeetRequestField {
	return requestToWire(request, from, to);
}

export function blockToWire({ person, sinceMs }: BlockView): Block {
	return { user: publicUser(person), created_at: instant(sinceMs) };
}

export function placeToWire({ id, name, lat, lon }: SavedPlace): SavedPlaceField {
	return { id, name, lat, lon };
}

export function pastToWire(past: PastMeeting): PastSession {
	return {
		session_id: past.meetingId,
		with: past.people.map(publicUser),
		started_at: instant(past.startedAtMs),
		ended_at: instant(past.endedAtMs),
		end_reason: past.endReason,
	};
}

export function inviteToWire(invite: Invite, url: URL): z.infer<typeof InviteAnswer> {
	return {
		id: invite.id,
		token: invite.secret,
		url: `${url.origin}/i#${invite.secret}`,
		expires_at: instant(invite.expiresAtMs),
	};
}

/** What a new guest gets beside the answer proper. Nothing for somebody who was known before. */
export function guestToWire(person: Person, token: string | null): object {
	if (token === null) return {};
	return { user: { id: person.id, kind: person.kind, display_name: person.displayName }, token };
}
