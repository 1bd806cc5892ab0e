import type { Meeting, MeetingEvent, Person } from '$lib/meeting';
import { instant, sessionToWire, type ServerMessage } from '$lib/protocol';
import { meetingChannel, type Bus } from './bus/bus';

/** What everybody in the meeting must hear of a change that is committed, in this order. */
export function newsOf(
	after: Meeting,
	event: MeetingEvent,
	joined: Person | null,
): ServerMessage[] {
	if (after.status === 'ENDED') return [ended(after, event.atMs)];
	switch (event.type) {
		case 'join':
			// The person before the status: an ACTIVE meeting without a second person looks broken.
			return [...(joined ? [arrived(joined)] : []), updated(after)];
		case 'remove':
			return [
				{ type: 'participant_removed', payload: { user_id: event.personId } },
				updated(after),
			];
		case 'set_destination':
			return [
				{
					type: 'destination_update',
					payload: { destination: after.destination, by_user_id: event.by },
				},
			];
		default:
			return [updated(after)];
	}
}

export function tell(
	bus: Pick<Bus, 'publish'>,
	meetingId: string,
	news: readonly ServerMessage[],
): void {
	for (const message of news) bus.publish(meetingChannel(meetingId), { kind: 'said', message });
}

function ended(meeting: Meeting, atMs: number): ServerMessage {
	return {
		type: 'session_ended',
		payload: {
			reason: meeting.endReason ?? 'USER_ACTION',
			ended_at: instant(meeting.endedAtMs ?? atMs),
		},
	};
}

function updated(meeting: Meeting): ServerMessage {
	return { type: 'session_updated', payload: sessionToWire(meeting) };
}

/** Seated, but his socket is not there yet: offline until it is. */
function arrived({ id, displayName }: Person): ServerMessage {
	return {
		type: 'presence_update',
		payload: {
			user_id: id,
			status: 'offline',
			last_seen: null,
			participant: {
				user_id: id,
				display_name: displayName,
				presence: 'offline',
				sharing: 'live',
				last_seen: null,
				route_mode: null,
			},
		},
	};
}
