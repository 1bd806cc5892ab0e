import { randomUUID } from 'node:crypto';
import type { PublicPerson } from '$lib/meeting';
import type { PersonalNews, ServerMessage } from '$lib/protocol';
import type { Bus, BusEvent, Channel } from './bus/bus';
import type { Db } from './db';
import type { Ephemeral } from './ephemeral/ephemeral';
import { createBlocks } from './blocks';
import { auditEvents } from './db/schema';
import { insertAccountRow } from './db/testing';
import { createFriends } from './friends';
import { createInvites } from './invites';
import { createMeetings } from './meetings';
import { createPeople } from './people';
import type { Push, PushKind } from './push';
import { createRequests } from './requests';
import { SILENT } from './log';

/** For tests of the use cases: the real ones on a real database, among neighbours who only listen. */
export function rehearse(db: Db) {
	const clock = { nowMs: Date.parse('2026-05-01T12:00:00Z') };
	const heard: { channel: Channel; event: BusEvent }[] = [];
	/** Meetings, and people as `<meeting> <person>`. */
	const forgotten: string[] = [];
	const bus: Pick<Bus, 'publish'> = {
		publish: (channel, event) => void heard.push({ channel, event }),
	};
	const ephemeral: Pick<Ephemeral, 'forget' | 'forgetPerson'> = {
		forget: (meetingId) => Promise.resolve(void forgotten.push(meetingId)),
		forgetPerson: (meetingId, personId) =>
			Promise.resolve(void forgotten.push(`${meetingId} ${personId}`)),
	};
	const deps = { db, bus, ephemeral, now: () => clock.nowMs, newId: randomUUID, log: SILENT };
	const noticed: { personId: string; kind: PushKind; path: string }[] = [];
	const push: Pick<Push, 'notify'> = {
		notify: (personId, kind, path) => void noticed.push({ personId, kind, path }),
	};
	const people = createPeople(deps);
	const meetings = createMeetings(deps);
	const invites = createInvites({ ...deps, push });
	const requests = createRequests({ ...deps, push });
	const friends = createFriends(deps);
	const blocks = createBlocks({ ...deps, meetings });

	return {
		clock,
		forgotten,
		people,
		meetings,
		invites,
		requests,
		friends,
		blocks,
		deps,
		/** What devices would have shown, in order. */
		noticed,
		/** What was said on the meeting's channel, in order. */
		said(meetingId: string): ServerMessage[] {
			return heard
				.filter(({ channel }) => channel === `session:${meetingId}`)
				.flatMap(({ event }) => (event.kind === 'said' ? [event.message] : []));
		},
		/** What every open page of the person heard, in order. */
		heardBy(personId: string): PersonalNews[] {
			return heard
				.filter(({ channel }) => channel === `user:${personId}`)
				.flatMap(({ event }) => (event.kind === 'news' ? [event.news] : []));
		},
		/** Somebody with an account, called as his handle unless a name is given. */
		account: (
			handle: string,
			wish: { readonly displayName?: string; readonly searchable?: boolean } = {},
		) => insertAccountRow(db, { handle, createdAtMs: clock.nowMs, ...wish }),
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

/** Ana and Ben have accounts, and Ana may ask. */
export async function rehearseAsking(db: Db) {
	const it = rehearse(db);
	const ana = await it.account('ana', { displayName: 'Ana' });
	const ben = await it.account('ben', { displayName: 'Ben' });
	const ask = (from: PublicPerson, to: PublicPerson, wish: object = {}) =>
		it.requests.send({ fromId: from.id, toId: to.id, note: null, destination: null, ...wish });
	return {
		it,
		ana,
		ben,
		ask,
		async anaAsks(wish: object = {}) {
			const sent = await ask(ana, ben, wish);
			if (!sent.ok) throw new Error(sent.code);
			return sent.view;
		},
		/** The deeds that were written down, in order. */
		audited: async () => (await db.select().from(auditEvents)).map(({ action }) => action),
	};
}

export type Asking = Awaited<ReturnType<typeof rehearseAsking>>;
