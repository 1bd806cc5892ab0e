import { randomUUID } from 'node:crypto';
import type { ServerMessage } from '$lib/protocol';
import type { Bus, BusEvent, Channel } from './bus/bus';
import type { Db } from './db';
import type { Ephemeral } from './ephemeral/ephemeral';
import { createInvites } from './invites';
import { createMeetings } from './meetings';
import { createPeople } from './people';
import { SILENT } from './log';

/** For tests of the use cases: the real ones on a real database, among neighbours who only listen. */
export function rehearse(db: Db) {
	const clock = { nowMs: Date.parse('2026-05-01T12:00:00Z') };
	const heard: { channel: Channel; event: BusEvent }[] = [];
	const forgotten: string[] = [];
	const bus: Pick<Bus, 'publish'> = {
		publish: (channel, event) => void heard.push({ channel, event }),
	};
	const ephemeral: Pick<Ephemeral, 'forget'> = {
		forget: (meetingId) => Promise.resolve(void forgotten.push(meetingId)),
	};
	const deps = { db, bus, ephemeral, now: () => clock.nowMs, newId: randomUUID, log: SILENT };
	const people = createPeople(deps);
	const meetings = createMeetings(deps);
	const invites = createInvites(deps);

	return {
		clock,
		forgotten,
		people,
		meetings,
		invites,
		deps,
		/** What was said on the meeting's channel, in order. */
		said(meetingId: string): ServerMessage[] {
			return heard
				.filter(({ channel }) => channel === `session:${meetingId}`)
				.flatMap(({ event }) => (event.kind === 'said' ? [event.message] : []));
		},
		/** Ana's PENDING meeting of an hour, and its invite. */
		async anaWaits() {
			const ana = await people.createGuest('Ana');
			return { ana, ...(await meetings.start({ creatorId: ana.id })) };
		},
		/** The same with Ben in the second seat. */
		async anaAndBen() {
			const waiting = await this.anaWaits();
			const ben = await people.createGuest('Ben');
			const redeemed = await invites.redeem(waiting.invite.secret, ben.id);
			if (!redeemed.ok) throw new Error(redeemed.code);
			return { ...waiting, ben, meeting: redeemed.value };
		},
	};
}
export type Rehearsal = ReturnType<typeof rehearse>;
