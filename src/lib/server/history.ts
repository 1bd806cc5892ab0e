import type { PersonKind, PublicPerson } from '$lib/meeting';
import { isId } from '$lib/protocol';
import type { Db } from './db';
import { writeAudit } from './db/audit';
import { decodeCursor, encodeCursor, pageOf, pageRows } from './db/cursor';
import { forgetPast, othersIn, pastMeetings } from './db/history';
import type { Page, PageWish } from './requests';
import { RETENTION } from './retention';

/** With whom and when; never where. */
export interface PastMeeting {
	readonly meetingId: string;
	/** Empty where everybody else is deleted since. */
	readonly people: readonly (PublicPerson & { readonly kind: PersonKind })[];
	readonly startedAtMs: number;
	readonly endedAtMs: number;
	readonly endReason: string;
}

export interface History {
	/** Ended meetings that somebody joined, of the last 30 days, the newest end first. */
	list(personId: string, wish: PageWish): Promise<Page<PastMeeting>>;
	/** Out of his own history; the other one's stays. False where it was not in it. */
	remove(personId: string, meetingId: string): Promise<boolean>;
	clear(personId: string): Promise<number>;
}

export interface HistoryDeps {
	readonly db: Db;
	readonly now: () => number;
}

const KEPT_MS = RETENTION.endedMeetingsDays * 24 * 60 * 60_000;

export function createHistory({ db, now }: HistoryDeps): History {
	return {
		async list(personId, { cursor, limit }) {
			const before = cursor === undefined ? null : decodeCursor(cursor);
			const size = pageRows(limit);
			const rows = await pastMeetings(db, personId, now() - KEPT_MS, { before, limit: size + 1 });
			const page = pageOf(rows, size, (row) => encodeCursor(row.endedAtMs, row.meetingId));
			const ids = page.rows.map(({ meetingId }) => meetingId);
			const others = await othersIn(db, personId, ids);
			return {
				...page,
				rows: page.rows.map((row) => ({ ...row, people: others.get(row.meetingId) ?? [] })),
			};
		},

		async remove(personId, meetingId) {
			if (!isId(meetingId)) return false;
			return (await forget(personId, meetingId)) > 0;
		},

		clear: (personId) => forget(personId),
	};

	function forget(personId: string, meetingId?: string): Promise<number> {
		const atMs = now();
		return db.transaction(async (tx) => {
			const what = meetingId === undefined ? { atMs } : { atMs, meetingId };
			const count = await forgetPast(tx, personId, atMs - KEPT_MS, what);
			const who = { atMs, actorId: personId, meetingId: meetingId ?? null };
			if (count > 0) await writeAudit(tx, { ...who, action: 'history_deleted' });
			return count;
		});
	}
}
