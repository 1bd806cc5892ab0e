import { answerRequest, isOpen, type MeetRequest, type PublicPerson } from '$lib/meeting';
import { isId } from '$lib/protocol';
import { done, refuse, type Result } from '$lib/result';
import type { Bus } from './bus/bus';
import type { Db, Tx } from './db';
import { writeAudit } from './db/audit';
import { blockedBy, deleteBlock, findBlock, insertBlock, lockPair } from './db/blocks';
import { unfriend } from './db/friendships';
import { findPersonAndKind } from './db/public-people';
import { findRequest, lockPending, saveRequest, type RequestAndPeople } from './db/requests';
import type { Meetings } from './meetings';
import { tellRequest } from './personal-news';

export interface BlockView {
	readonly person: PublicPerson;
	readonly sinceMs: number;
}

export interface Blocks {
	list(personId: string): Promise<readonly BlockView[]>;
	/**
	 * Ends every running meeting of the two (BLOCKED), cancels requests both ways, ends the friendship.
	 * Blocking again changes nothing. NOT_FOUND for who does not exist.
	 */
	block(
		personId: string,
		otherId: string,
	): Promise<Result<BlockView, 'NOT_FOUND' | 'SELF_NOT_ALLOWED'>>;
	/** False where there was none. */
	unblock(personId: string, otherId: string): Promise<boolean>;
}

export interface BlocksDeps {
	readonly db: Db;
	readonly bus: Pick<Bus, 'publish'>;
	readonly meetings: Pick<Meetings, 'activeOf' | 'change'>;
	readonly now: () => number;
}

export function createBlocks({ db, bus, meetings, now }: BlocksDeps): Blocks {
	return {
		list: async (personId) => (isId(personId) ? blockedBy(db, personId) : []),

		async block(personId, blockedId) {
			// Ids are compared as text here, and the database writes them in lower case.
			const otherId = blockedId.toLowerCase();
			if (otherId === personId) return refuse('SELF_NOT_ALLOWED');
			if (!isId(personId) || !isId(otherId)) return refuse('NOT_FOUND');
			const outcome = await db.transaction((tx) => blockIn(tx, personId, otherId));
			if (!outcome.ok) return outcome;
			const { view, closed } = outcome.value;
			// Only after the commit: nobody may hear of a change that is then rolled back.
			if (closed) tellRequest(bus, closed);
			await endMeetings(personId, otherId);
			return done(view);
		},

		async unblock(personId, otherId) {
			if (!isId(personId) || !isId(otherId)) return false;
			return db.transaction(async (tx) => {
				const wasThere = await deleteBlock(tx, personId, otherId);
				if (wasThere)
					await writeAudit(tx, {
						action: 'person_unblocked',
						atMs: now(),
						actorId: personId,
						meetingId: null,
					});
				return wasThere;
			});
		},
	};

	async function blockIn(tx: Tx, personId: string, otherId: string) {
		await lockPair(tx, personId, otherId);
		const other = await findPersonAndKind(tx, otherId);
		if (!other) return refuse('NOT_FOUND');
		const there = await findBlock(tx, personId, otherId);
		const atMs = there?.sinceMs ?? now();
		const view: BlockView = { person: other.person, sinceMs: atMs };
		if (there) return done({ view, closed: null });
		await insertBlock(tx, personId, otherId, atMs);
		await unfriend(tx, personId, otherId);
		const pending = await lockPending(tx, personId, otherId);
		const closed = pending && (await close(tx, pending, personId, atMs));
		await writeAudit(tx, { action: 'person_blocked', atMs, actorId: personId, meetingId: null });
		return done({ view, closed });
	}

	/** Each by its own road, so that its people hear of it as of every end. */
	async function endMeetings(personId: string, otherId: string): Promise<void> {
		for (const { meeting } of await meetings.activeOf(personId))
			if (meeting.participantIds.includes(otherId))
				await meetings.change(meeting.id, { type: 'block', by: personId, atMs: now() });
	}
}

/** Taken back as if by who asked: neither is told that it was a block. */
async function close(
	tx: Tx,
	pending: MeetRequest,
	actorId: string,
	atMs: number,
): Promise<RequestAndPeople | null> {
	const inTime = isOpen(pending, atMs);
	const closed = answerRequest(
		pending,
		inTime ? { type: 'cancel', by: pending.fromId, atMs } : { type: 'expire', atMs },
	);
	if (!closed.ok) throw new Error(`a pending request could not be closed: ${closed.code}`);
	await saveRequest(tx, closed.value);
	await writeAudit(tx, {
		action: inTime ? 'request_cancelled' : 'request_expired',
		atMs,
		actorId: inTime ? actorId : null,
		meetingId: null,
	});
	return findRequest(tx, pending.id);
}
