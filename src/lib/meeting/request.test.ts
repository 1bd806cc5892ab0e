import { describe, expect, test } from 'vitest';
import {
	allowedAnswers,
	answerRequest,
	isOpen,
	REQUEST_LIMITS,
	requestAt,
	type MeetRequest,
	type RequestEvent,
	type RequestStatus,
} from './request';

const SENT_MS = Date.parse('2026-11-24T12:00:00Z');
const SOON_MS = SENT_MS + 60_000;
const END_MS = SENT_MS + REQUEST_LIMITS.lifeMs;

const PENDING: MeetRequest = {
	id: 'r',
	fromId: 'ana',
	toId: 'ben',
	status: 'PENDING',
	note: null,
	destination: null,
	createdAtMs: SENT_MS,
	expiresAtMs: END_MS,
	answeredAtMs: null,
	meetingId: null,
};
const ANSWERED: readonly RequestStatus[] = ['ACCEPTED', 'REJECTED', 'CANCELLED'];

/** The request after the event, or the code of the refusal. */
function after(request: MeetRequest, event: RequestEvent): MeetRequest | string {
	const outcome = answerRequest(request, event);
	return outcome.ok ? outcome.value : outcome.code;
}

const EVENTS: readonly RequestEvent[] = [
	{ type: 'accept', by: 'ben', atMs: SOON_MS },
	{ type: 'decline', by: 'ben', atMs: SOON_MS },
	{ type: 'cancel', by: 'ana', atMs: SOON_MS },
	{ type: 'expire', atMs: END_MS },
];

describe('answers', () => {
	test.each([
		['accept', 'ben', 'ACCEPTED'],
		['decline', 'ben', 'REJECTED'],
		['cancel', 'ana', 'CANCELLED'],
	] as const)('R1 %s by %s makes it %s, and says when', (type, by, status) => {
		expect(after(PENDING, { type, by, atMs: SOON_MS })).toEqual({
			...PENDING,
			status,
			answeredAtMs: SOON_MS,
		});
	});

	test.each([
		['accept', 'ana'],
		['decline', 'ana'],
		['cancel', 'ben'],
		['accept', 'eve'],
		['decline', 'eve'],
		['cancel', 'eve'],
	] as const)('R2 %s is not for %s, whatever became of it', (type, by) => {
		for (const status of ['PENDING', 'EXPIRED', ...ANSWERED] as const)
			expect(after({ ...PENDING, status }, { type, by, atMs: SOON_MS })).toBe('NOT_FOUND');
	});

	test.each(ANSWERED)(
		'R1 R4 %s stays so: the same again is fine, the rest is refused',
		(status) => {
			const answered: MeetRequest = { ...PENDING, status, answeredAtMs: SOON_MS };
			const outcomes = EVENTS.map((event) => after(answered, event));
			expect(outcomes.filter((outcome) => outcome === answered)).toHaveLength(1);
			expect(outcomes.filter((outcome) => outcome === 'REQUEST_ANSWERED')).toHaveLength(3);
		},
	);

	test('R1 R4 nobody answers what has expired', () => {
		const expired: MeetRequest = { ...PENDING, status: 'EXPIRED' };
		expect(EVENTS.map((event) => after(expired, event))).toEqual([
			...Array<string>(3).fill('REQUEST_EXPIRED'),
			expired,
		]);
	});
});

describe('time', () => {
	test('R3 it can be answered until its last millisecond', () => {
		expect(after(PENDING, { type: 'accept', by: 'ben', atMs: END_MS - 1 })).toMatchObject({
			status: 'ACCEPTED',
		});
		expect(after(PENDING, { type: 'accept', by: 'ben', atMs: END_MS })).toBe('REQUEST_EXPIRED');
		expect(after(PENDING, { type: 'cancel', by: 'ana', atMs: END_MS })).toBe('REQUEST_EXPIRED');
	});

	test('R3 the clock expires it then, and nobody has answered', () => {
		expect(after(PENDING, { type: 'expire', atMs: END_MS - 1 })).toBe('NOT_DUE');
		expect(after(PENDING, { type: 'expire', atMs: END_MS })).toEqual({
			...PENDING,
			status: 'EXPIRED',
		});
	});

	test.each([
		['PENDING', END_MS - 1, true, 'PENDING'],
		['PENDING', END_MS, false, 'EXPIRED'],
		['ACCEPTED', SOON_MS, false, 'ACCEPTED'],
		['ACCEPTED', END_MS, false, 'ACCEPTED'],
		['CANCELLED', END_MS, false, 'CANCELLED'],
	] as const)('R3 %s at %i is open: %s, and reads %s', (status, atMs, open, reads) => {
		const request: MeetRequest = { ...PENDING, status };
		expect(isOpen(request, atMs)).toBe(open);
		expect(requestAt(request, atMs).status).toBe(reads);
	});
});

describe('what the page offers', () => {
	test.each([
		['ana', ['cancel']],
		['ben', ['accept', 'decline']],
		['eve', []],
	])('R2 %s may %j', (viewer, answers) => {
		expect([...allowedAnswers(PENDING, viewer, SOON_MS)]).toEqual(answers);
	});

	test('R3 R4 nothing once it is over', () => {
		for (const viewer of ['ana', 'ben']) {
			expect(allowedAnswers(PENDING, viewer, END_MS).size).toBe(0);
			for (const status of ANSWERED)
				expect(allowedAnswers({ ...PENDING, status }, viewer, SOON_MS).size).toBe(0);
		}
	});
});
