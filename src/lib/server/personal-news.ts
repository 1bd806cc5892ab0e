import type { Meeting, MeetRequest, PublicPerson } from '$lib/meeting';
import {
	instant,
	publicUser,
	requestToWire,
	sessionToWire,
	type PersonalNews,
} from '$lib/protocol';
import { personChannel, type Bus } from './bus/bus';

type Voice = Pick<Bus, 'publish'>;

/** Only after the commit: every open page of these people hears it, wherever it is. */
export function tellPeople(bus: Voice, personIds: readonly string[], news: PersonalNews): void {
	for (const personId of personIds) bus.publish(personChannel(personId), { kind: 'news', news });
}

/** Both hear what became of a request. */
export function tellRequest(
	bus: Voice,
	view: {
		readonly request: MeetRequest;
		readonly from: PublicPerson;
		readonly to: PublicPerson;
	},
): void {
	const { request, from, to } = view;
	tellPeople(bus, [from.id, to.id], {
		type: 'request_changed',
		payload: requestToWire(request, from, to),
	});
}

/** Everybody in it hears that a meeting has begun, and with whom. */
export function tellStarted(bus: Voice, meeting: Meeting, people: readonly PublicPerson[]): void {
	const session = sessionToWire(meeting);
	for (const { id } of people) {
		const others = people.filter((person) => person.id !== id).map(publicUser);
		tellPeople(bus, [id], { type: 'session_started', payload: { session, with: others } });
	}
}

/** Everybody in it hears that a meeting is over. */
export function tellEnded(bus: Voice, meeting: Meeting): void {
	if (meeting.endReason === null || meeting.endedAtMs === null) return;
	tellPeople(bus, meeting.participantIds, {
		type: 'session_ended',
		payload: {
			session_id: meeting.id,
			reason: meeting.endReason,
			ended_at: instant(meeting.endedAtMs),
		},
	});
}

/** Who lost his seat hears that it is over for him; for whoever stays it goes on. */
export function tellRemoved(bus: Voice, meetingId: string, personId: string, atMs: number): void {
	tellPeople(bus, [personId], {
		type: 'session_ended',
		payload: { session_id: meetingId, reason: 'REMOVED', ended_at: instant(atMs) },
	});
}
