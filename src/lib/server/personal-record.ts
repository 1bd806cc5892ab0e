import { instant, publicUser } from '$lib/protocol';
import type { Place, PublicPerson } from '$lib/meeting';
import type { Db } from './db';
import { findAccount } from './db/accounts';
import { loginsOf } from './db/logins';
import {
	auditOf,
	blocksOf,
	friendsOf,
	invitesOf,
	meetingsOf,
	placesOf,
	pushDevicesOf,
	requestsOf,
} from './db/personal-record';

/**
 * Everything held about a person, for himself, in the words of the API. Of others it says what he knew
 * anyway; of secrets, their hashes and addresses of push services nothing. Null where he is gone.
 */
export async function personalRecord(
	db: Db,
	personId: string,
	nowMs: number,
): Promise<object | null> {
	const account = await findAccount(db, personId);
	if (!account) return null;
	const meetings = await meetingsOf(db, personId);
	return {
		exported_at: instant(nowMs),
		profile: {
			id: account.id,
			kind: account.kind,
			handle: account.handle,
			display_name: account.displayName,
			searchable: account.searchable,
			has_password: account.hasPassword,
			created_at: instant(account.createdAtMs),
		},
		devices: (await loginsOf(db, personId, nowMs)).map((login) => ({
			id: login.publicId,
			label: login.device,
			created_at: instant(login.createdAtMs),
			expires_at: instant(login.expiresAtMs),
		})),
		sessions: meetings.map(({ meeting, joinedAtMs, forgottenAtMs, people, isPlaceHis }) => ({
			id: meeting.id,
			status: meeting.status,
			created_at: instant(meeting.createdAtMs),
			joined_at: instant(joinedAtMs),
			expires_at: instant(meeting.expiresAtMs),
			ended_at: at(meeting.endedAtMs),
			end_reason: meeting.endReason,
			removed_from_history_at: at(forgottenAtMs),
			with: people.map(publicUser),
			destination: isPlaceHis ? placeOf(meeting) : null,
		})),
		invites: (await invitesOf(db, personId)).map((invite) => ({
			id: invite.id,
			session_id: invite.meetingId,
			created_at: instant(invite.createdAtMs),
			expires_at: instant(invite.expiresAtMs),
			redeemed_at: at(invite.redeemedAtMs),
			revoked_at: at(invite.revokedAtMs),
		})),
		requests: (await requestsOf(db, personId)).map(({ request, from, to }) => ({
			id: request.id,
			from_user: publicUser(from),
			to_user: publicUser(to),
			status: request.status,
			note: request.note,
			destination: placeOf(request),
			created_at: instant(request.createdAtMs),
			expires_at: instant(request.expiresAtMs),
			answered_at: at(request.answeredAtMs),
			session_id: request.meetingId,
		})),
		friends: (await friendsOf(db, personId)).map(since),
		blocks: (await blocksOf(db, personId)).map(since),
		places: (await placesOf(db, personId)).map(({ id, name, lat, lon, createdAtMs }) => ({
			...{ id, name, lat, lon },
			created_at: instant(createdAtMs),
		})),
		push_subscriptions: await pushDevicesOf(db, personId),
		events: (await auditOf(db, personId)).map(({ action, atMs, meetingId }) => ({
			at: instant(atMs),
			action,
			session_id: meetingId,
		})),
	};
}

function since({ person, sinceMs }: { person: PublicPerson; sinceMs: number }) {
	return { user: publicUser(person), since: instant(sinceMs) };
}

function at(atMs: number | null): string | null {
	return atMs === null ? null : instant(atMs);
}

function placeOf(row: {
	readonly destinationName: string | null;
	readonly destinationLat: number | null;
	readonly destinationLon: number | null;
}): Place | null {
	const { destinationName: name, destinationLat: lat, destinationLon: lon } = row;
	return name === null || lat === null || lon === null ? null : { name, lat, lon };
}
