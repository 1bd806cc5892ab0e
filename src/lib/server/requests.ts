import {
	isOpen,
	REQUEST_LIMITS,
	requestAt,
	type MeetRequest,
	type Place,
	type PublicPerson,
	type RequestAnswer,
	type RequestStatus,
} from '$lib/meeting';
import { isId } from '$lib/protocol';
import { done, refuse, type Result } from '$lib/result';
import type { Bus } from './bus/bus';
import type { Db, Tx } from './db';
import { writeAudit } from './db/audit';
import { isBlocked, lockPair } from './db/blocks';
import { decodeCursor, encodeCursor, pageOf, pageRows } from './db/cursor';
import { findPersonAndKind } from './db/public-people';
import {
	findRequest,
	findRequests,
	insertRequest,
	listRequests,
	lockOverdue,
	lockPending,
	saveRequest,
} from './db/requests';
import { tellRequest, tellStarted } from './personal-news';
import type { Push } from './push';
import { decide } from './request-answers';

/** A request and its two people. */
export interface RequestView {
	readonly request: MeetRequest;
	readonly from: PublicPerson;
	readonly to: PublicPerson;
}

export type RequestDirection = 'incoming' | 'outgoing';
export type { RequestAnswer };

/** One page of a list: the newest first, and where the next page begins, null at the end. */
export interface Page<T> {
	readonly rows: readonly T[];
	readonly nextCursor: string | null;
}

export interface PageWish {
	/** As `nextCursor` gave it; what can't be read counts as the beginning. */
	readonly cursor?: string;
	/** 1 to 100. */
	readonly limit?: number;
}

export type SendOutcome =
	/** `isNew` is false where the same question was open already. */
	| { readonly ok: true; readonly view: RequestView; readonly isNew: boolean }
	| { readonly ok: false; readonly code: 'SELF_NOT_ALLOWED' | 'NOT_FOUND' | 'ACCOUNT_NEEDED' }
	/** The other one has asked first: answer that. */
	| { readonly ok: false; readonly code: 'REQUEST_REVERSED'; readonly requestId: string };

export interface Requests {
	/** 20 parallel callers: one row, the same answer to all. Both people hear `request_changed`. */
	send(wish: {
		readonly fromId: string;
		readonly toId: string;
		readonly note: string | null;
		readonly destination: Place | null;
	}): Promise<SendOutcome>;
	/**
	 * Only who was asked accepts or declines, only who asks cancels; for all others it is NOT_FOUND.
	 * Accepting makes the ACTIVE meeting in the same transaction, makes the two friends, and tells
	 * both `request_changed` and `session_started`. The same answer again is no mistake: same view.
	 */
	answer(
		requestId: string,
		personId: string,
		answer: RequestAnswer,
	): Promise<Result<RequestView, 'NOT_FOUND' | 'REQUEST_ANSWERED' | 'REQUEST_EXPIRED'>>;
	/** Null for everybody but the two. A pending one past its time reads EXPIRED. */
	find(requestId: string, personId: string): Promise<RequestView | null>;
	list(
		personId: string,
		wish: PageWish & { readonly direction?: RequestDirection; readonly status?: RequestStatus },
	): Promise<Page<RequestView>>;
	/** Both directions, open right now. */
	pendingOf(personId: string): Promise<readonly RequestView[]>;
	/** Marks what was not answered in time and tells both; how many there were. */
	expireOverdue(): Promise<number>;
}

export interface RequestsDeps {
	readonly db: Db;
	readonly bus: Pick<Bus, 'publish'>;
	readonly now: () => number;
	readonly newId: () => string;
	/** Told after the commit; never waited for. */
	readonly push?: Pick<Push, 'notify'>;
}

/** How many overdue requests are looked up at a time. */
const BATCH = 100;

interface Wish {
	readonly fromId: string;
	readonly toId: string;
	readonly note: string | null;
	readonly destination: Place | null;
}

export function createRequests({ db, bus, now, newId, push }: RequestsDeps): Requests {
	return {
		async send(wish) {
			const { fromId } = wish;
			// Ids are compared as text here, and the database writes them in lower case.
			const toId = wish.toId.toLowerCase();
			if (toId === fromId) return refuse('SELF_NOT_ALLOWED');
			if (!isId(fromId) || !isId(toId)) return refuse('NOT_FOUND');
			const { outcome, expired } = await db.transaction((tx) => ask(tx, { ...wish, toId }));
			// Only after the commit: nobody may hear of a change that is then rolled back.
			if (expired) tellRequest(bus, expired);
			if (!outcome.ok || !outcome.isNew) return outcome;
			const { request } = outcome.view;
			tellRequest(bus, outcome.view);
			push?.notify(request.toId, 'request_received', `/r/${request.id}`);
			return outcome;
		},

		async answer(requestId, personId, answer) {
			if (!isId(requestId)) return refuse('NOT_FOUND');
			const outcome = await db.transaction((tx) =>
				decide(tx, { requestId, personId, answer, atMs: now(), newId }),
			);
			if (!outcome.ok) return outcome;
			const { view, changed, meeting } = outcome.value;
			if (changed) tellRequest(bus, view);
			if (meeting) {
				tellStarted(bus, meeting, [view.from, view.to]);
				push?.notify(view.request.fromId, 'request_accepted', `/meet/${meeting.id}`);
			}
			return done(view);
		},

		async find(requestId, personId) {
			const view = isId(requestId) ? await findRequest(db, requestId) : null;
			return view && isOneOf(view.request, personId) ? at(view, now()) : null;
		},

		async list(personId, { cursor, limit, direction, status }) {
			const nowMs = now();
			const size = pageRows(limit);
			const rows = await listRequests(db, personId, {
				...(direction && { direction }),
				...(status && { status }),
				nowMs,
				before: cursor === undefined ? null : decodeCursor(cursor),
				limit: size + 1,
			});
			const views = rows.map((view) => at(view, nowMs));
			return pageOf(views, size, ({ request }) => encodeCursor(request.createdAtMs, request.id));
		},

		pendingOf: (personId) =>
			listRequests(db, personId, { status: 'PENDING', nowMs: now(), before: null }),

		async expireOverdue() {
			let count = 0;
			for (;;) {
				const expired = await db.transaction(expireBatch);
				for (const view of expired) tellRequest(bus, view);
				count += expired.length;
				if (expired.length < BATCH) return count;
			}
		},
	};

	/** The pair is locked first: of 20 who ask at once the first writes, and the others read. */
	async function ask(
		tx: Tx,
		{ fromId, toId, note, destination }: Wish,
	): Promise<{ readonly outcome: SendOutcome; readonly expired: RequestView | null }> {
		const refused = (code: 'NOT_FOUND' | 'ACCOUNT_NEEDED') => ({
			outcome: refuse(code),
			expired: null,
		});
		const from = await findPersonAndKind(tx, fromId);
		if (!from) return refused('NOT_FOUND');
		if (from.kind === 'guest') return refused('ACCOUNT_NEEDED');
		await lockPair(tx, fromId, toId);
		const to = await findPersonAndKind(tx, toId);
		if (to?.kind !== 'account' || (await isBlocked(tx, fromId, [toId])))
			return refused('NOT_FOUND');

		const atMs = now();
		let pending = await lockPending(tx, fromId, toId);
		let expired: RequestView | null = null;
		if (pending && !isOpen(pending, atMs)) {
			expired = viewOf(await expire(tx, pending, atMs), from.person, to.person);
			pending = null;
		}
		if (pending && pending.fromId !== fromId)
			return {
				outcome: { ok: false, code: 'REQUEST_REVERSED', requestId: pending.id },
				expired,
			};
		const request: MeetRequest = pending ?? {
			...{ id: newId(), fromId, toId, note, destination, status: 'PENDING' },
			createdAtMs: atMs,
			expiresAtMs: atMs + REQUEST_LIMITS.lifeMs,
			answeredAtMs: null,
			meetingId: null,
		};
		if (!pending) {
			await insertRequest(tx, request);
			await writeAudit(tx, { action: 'request_sent', atMs, actorId: fromId, meetingId: null });
		}
		const view = viewOf(request, from.person, to.person);
		return { outcome: { ok: true, view, isNew: !pending }, expired };
	}

	async function expireBatch(tx: Tx): Promise<readonly RequestView[]> {
		const atMs = now();
		const overdue = await lockOverdue(tx, atMs, BATCH);
		for (const request of overdue) await expire(tx, request, atMs);
		return findRequests(
			tx,
			overdue.map(({ id }) => id),
		);
	}
}

async function expire(tx: Tx, request: MeetRequest, atMs: number): Promise<MeetRequest> {
	const expired = requestAt(request, atMs);
	await saveRequest(tx, expired);
	await writeAudit(tx, { action: 'request_expired', atMs, actorId: null, meetingId: null });
	return expired;
}

function viewOf(request: MeetRequest, from: PublicPerson, to: PublicPerson): RequestView {
	return { request, from, to };
}

function at(view: RequestView, nowMs: number): RequestView {
	return { ...view, request: requestAt(view.request, nowMs) };
}

function isOneOf({ fromId, toId }: MeetRequest, personId: string): boolean {
	return personId === fromId || personId === toId;
}
