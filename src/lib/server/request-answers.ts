import {
	answerRequest,
	MEETING_LIMITS,
	type Meeting,
	type MeetRequest,
	type RequestAnswer,
} from '$lib/meeting';
import { done, refuse } from '$lib/result';
import type { Tx } from './db';
import { writeAudit } from './db/audit';
import type { AuditAction } from './db/audit-actions';
import { isBlocked, lockPair } from './db/blocks';
import { befriend } from './db/friendships';
import { insertMeeting } from './db/meetings';
import { findRequest, lockRequest, saveRequest } from './db/requests';

interface Answer {
	readonly requestId: string;
	readonly personId: string;
	readonly answer: RequestAnswer;
	readonly atMs: number;
	readonly newId: () => string;
}

/** Finds, locks, judges and writes one answer; what came of it is told by the caller, after the commit. */
export async function decide(tx: Tx, { requestId, personId, answer, atMs, newId }: Answer) {
	const known = await findRequest(tx, requestId);
	if (!known) return refuse('NOT_FOUND');
	const { fromId, toId } = known.request;
	await lockPair(tx, fromId, toId);
	const before = await lockRequest(tx, requestId);
	if (!before) return refuse('NOT_FOUND');
	const after = answerRequest(before, { type: answer, by: personId, atMs });
	if (!after.ok) {
		if (after.code === 'NOT_DUE') throw new Error('only the clock is told that it is too early');
		return refuse(after.code);
	}
	if (after.value === before)
		return done({ view: { ...known, request: before }, changed: false, meeting: null });
	if (answer === 'accept' && (await isBlocked(tx, fromId, [toId]))) return refuse('NOT_FOUND');
	const meeting = answer === 'accept' ? meetingOf(newId(), before, atMs) : null;
	const request = { ...after.value, meetingId: meeting?.id ?? null };
	if (meeting) {
		await insertMeeting(tx, meeting);
		await befriend(tx, fromId, toId, atMs);
	}
	await saveRequest(tx, request);
	const who = { atMs, actorId: personId, meetingId: request.meetingId };
	await writeAudit(tx, { ...who, action: ACTIONS[answer] });
	return done({ view: { ...known, request }, changed: true, meeting });
}

/** The meeting of an accepted request: its sender in the first seat, for he has called it. */
function meetingOf(id: string, { fromId, toId, destination }: MeetRequest, atMs: number): Meeting {
	return {
		id,
		status: 'ACTIVE',
		createdBy: fromId,
		createdAtMs: atMs,
		expiresAtMs: atMs + MEETING_LIMITS.durationDefaultMin * 60_000,
		endedAtMs: null,
		endReason: null,
		destination,
		participantIds: [fromId, toId],
	};
}

const ACTIONS: Record<RequestAnswer, AuditAction> = {
	accept: 'request_accepted',
	decline: 'request_declined',
	cancel: 'request_cancelled',
};
