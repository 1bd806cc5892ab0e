import { isId, requestToWire } from '$lib/protocol';
import { personChannel, type Bus } from './bus/bus';
import type { Db } from './db';
import { deletePerson, lockAccount } from './db/accounts';
import { writeAudit } from './db/audit';
import { runningMeetingsOf } from './db/meetings';
import { cancelRequestsOf, hasOpenRequests } from './db/open-requests';
import { deedOf } from './devices';
import type { Meetings } from './meetings';
import { tellPeople } from './personal-news';

export interface AccountRemovalDeps {
	readonly db: Db;
	readonly bus: Pick<Bus, 'publish'>;
	readonly meetings: Pick<Meetings, 'activeOf' | 'change'>;
	readonly now: () => number;
}

/** Ends what the person is in, tells the others, and deletes everything. Removing again is no mistake. */
export function createAccountRemoval({ db, bus, meetings, now }: AccountRemovalDeps) {
	return async (personId: string): Promise<void> => {
		if (!isId(personId)) return;
		// Each by its own road first, so that its people hear of it as of every end. And again, where
		// a meeting or a request was begun meanwhile.
		do {
			await endMeetings(personId);
			await cancelRequests(personId);
		} while ((await deleteIdle(personId)) === 'busy');
	};

	/** Nothing is deleted where he is in a meeting or a request is open. */
	async function deleteIdle(personId: string): Promise<'deleted' | 'busy' | 'nobody'> {
		const outcome = await db.transaction(async (tx) => {
			// From here on nobody can seat or ask him.
			if (!(await lockAccount(tx, personId, { toDelete: true }))) return 'nobody';
			if ((await runningMeetingsOf(tx, personId, now())).length > 0) return 'busy';
			if (await hasOpenRequests(tx, personId)) return 'busy';
			await deletePerson(tx, personId);
			await writeAudit(tx, deedOf('account_deleted', null, now()));
			return 'deleted';
		});
		// Also sockets by tokens of an outside issuer, of which nothing is written down.
		if (outcome === 'deleted') bus.publish(personChannel(personId), { kind: 'person_deleted' });
		return outcome;
	}

	async function endMeetings(by: string): Promise<void> {
		for (const { meeting } of await meetings.activeOf(by))
			await meetings.change(meeting.id, { type: 'end', by, reason: 'USER_ACTION', atMs: now() });
	}

	async function cancelRequests(personId: string): Promise<void> {
		const atMs = now();
		const cancelled = await db.transaction((tx) => cancelRequestsOf(tx, personId, atMs));
		for (const { request, from, to } of cancelled) {
			const otherId = request.fromId === personId ? request.toId : request.fromId;
			const payload = requestToWire(request, from, to);
			tellPeople(bus, [otherId], { type: 'request_changed', payload });
		}
	}
}
