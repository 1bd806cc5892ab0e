import { describe, expect, test } from 'vitest';
import { allowedEvents, isOver, latestEndMs, transition, type MeetingEvent } from './life';
import type { Meeting } from './meeting';

const CREATED_MS = Date.parse('2026-11-24T12:00:00Z');
const END_MS = CREATED_MS + 3_600_000;
const SOON_MS = CREATED_MS + 60_000;
const PLACE = { name: 'Fountain', lat: 48, lon: 11 };

const PENDING: Meeting = {
	id: 'm',
	status: 'PENDING',
	createdBy: 'ana',
	createdAtMs: CREATED_MS,
	expiresAtMs: END_MS,
	endedAtMs: null,
	endReason: null,
	destination: null,
	participantIds: ['ana'],
};
const ACTIVE: Meeting = { ...PENDING, status: 'ACTIVE', participantIds: ['ana', 'ben'] };
const ENDED: Meeting = {
	...ACTIVE,
	status: 'ENDED',
	endedAtMs: SOON_MS,
	endReason: 'USER_ACTION',
};

/** The meeting after the event, or the code of the refusal. */
function after(meeting: Meeting, event: MeetingEvent): Meeting | string {
	const outcome = transition(meeting, event);
	return outcome.ok ? outcome.value : outcome.code;
}

const by = (person: string, atMs = SOON_MS) => ({ by: person, atMs });
/** One of every kind, by somebody who may. */
const EVENTS: readonly MeetingEvent[] = [
	{ type: 'join', ...by('ben') },
	{ type: 'end', reason: '', ...by('ana') },
	{ type: 'meet', byHand: false, atMs: SOON_MS },
	{ type: 'block', ...by('ana') },
	{ type: 'remove', personId: 'ben', ...by('ana') },
	{ type: 'expire', atMs: END_MS },
	{ type: 'extend', minutes: 30, ...by('ana') },
	{ type: 'set_destination', destination: PLACE, ...by('ana') },
];

describe('joining', () => {
	test('M2 the second person makes it ACTIVE', () => {
		expect(after(PENDING, { type: 'join', ...by('ben') })).toEqual(ACTIVE);
	});

	test('M3 a third person is refused, somebody seated changes nothing', () => {
		expect(after(ACTIVE, { type: 'join', ...by('eve') })).toBe('MEETING_FULL');
		expect(after(ACTIVE, { type: 'join', ...by('ben') })).toEqual(ACTIVE);
		expect(after(PENDING, { type: 'join', ...by('ana') })).toEqual(PENDING);
	});

	test.each([
		[END_MS - 1, ACTIVE],
		[END_MS, 'MEETING_ENDED'],
	])('M6 joining at %i', (atMs, expected) => {
		expect(after(PENDING, { type: 'join', ...by('ben', atMs) })).toEqual(expected);
	});
});

describe('M4 only a participant', () => {
	test.each<MeetingEvent>([
		{ type: 'end', reason: '', ...by('eve') },
		{ type: 'block', ...by('eve') },
		{ type: 'extend', minutes: 30, ...by('eve') },
		{ type: 'set_destination', destination: PLACE, ...by('eve') },
	])('may $type', (event) => {
		expect(after(ACTIVE, event)).toBe('NOT_A_PARTICIPANT');
		expect(after({ ...ACTIVE, participantIds: ['ana', 'eve'] }, event)).toMatchObject({ id: 'm' });
	});
});

describe('M5 the reason of an end', () => {
	test.each([
		['', 'USER_ACTION'],
		['   ', 'USER_ACTION'],
		['Sorry, the train is late', 'Sorry, the train is late'],
		['  trimmed ', 'trimmed'],
		['x'.repeat(64), 'x'.repeat(64)],
		['x'.repeat(65), 'USER_ACTION'],
		['USER_ACTION', 'USER_ACTION'],
		['PROXIMITY_REACHED', 'USER_ACTION'],
		['manual_confirm', 'USER_ACTION'],
		[' Expired ', 'USER_ACTION'],
		['BLOCKED', 'USER_ACTION'],
	])('"%s" is kept as "%s"', (reason, endReason) => {
		expect(after(ACTIVE, { type: 'end', reason, ...by('ben') })).toEqual({
			...ACTIVE,
			status: 'ENDED',
			endReason,
			endedAtMs: SOON_MS,
		});
	});

	test('M2 a PENDING meeting can be ended too', () => {
		expect(after(PENDING, { type: 'end', reason: '', ...by('ana') })).toMatchObject({
			status: 'ENDED',
		});
	});
});

describe('meeting, blocking, expiring', () => {
	test.each([
		[false, 'PROXIMITY_REACHED'],
		[true, 'MANUAL_CONFIRM'],
	])('M17 met, by hand: %s, is %s', (byHand, endReason) => {
		expect(after(ACTIVE, { type: 'meet', byHand, atMs: SOON_MS })).toMatchObject({
			status: 'ENDED',
			endReason,
		});
	});

	test('M17 nobody meets alone', () => {
		expect(after(PENDING, { type: 'meet', byHand: true, atMs: SOON_MS })).toBe('NOT_ACTIVE');
	});

	test('M6 from its end time on it can’t be met in', () => {
		const meet = (atMs: number) => after(ACTIVE, { type: 'meet', byHand: false, atMs });
		expect(meet(END_MS - 1)).toMatchObject({ status: 'ENDED' });
		expect(meet(END_MS)).toBe('MEETING_ENDED');
	});

	test('M2 blocking ends it', () => {
		expect(after(ACTIVE, { type: 'block', ...by('ben') })).toMatchObject({
			status: 'ENDED',
			endReason: 'BLOCKED',
		});
	});

	test('M6 expires at its end time and not a millisecond earlier', () => {
		const expire = (atMs: number) => after(ACTIVE, { type: 'expire', atMs });
		expect(expire(END_MS - 1)).toBe('NOT_DUE');
		expect(expire(END_MS)).toMatchObject({ status: 'ENDED', endReason: 'EXPIRED' });
	});

	test.each([
		[ACTIVE, END_MS - 1, false],
		[ACTIVE, END_MS, true],
		[ENDED, SOON_MS, true],
	])('M6 over or not, whatever the status says', (meeting, nowMs, over) => {
		expect(isOver(meeting, nowMs)).toBe(over);
	});
});

describe('M9 taking a seat away', () => {
	const remove = (who: string, personId: string, atMs = SOON_MS, meeting = ACTIVE) =>
		after(meeting, { type: 'remove', personId, ...by(who, atMs) });

	test('M9 M2 the creator frees the other seat, and the meeting waits as before', () => {
		expect(remove('ana', 'ben')).toEqual(PENDING);
		expect(after(PENDING, { type: 'join', ...by('eve') })).toMatchObject({
			status: 'ACTIVE',
			participantIds: ['ana', 'eve'],
		});
	});

	test('M9 with others left in it, it goes on', () => {
		const three = { ...ACTIVE, participantIds: ['ana', 'ben', 'eve'] };
		expect(remove('ana', 'ben', SOON_MS, three)).toMatchObject({
			status: 'ACTIVE',
			participantIds: ['ana', 'eve'],
		});
	});

	test.each([
		['the other of the two', 'ben', 'ana', 'NOT_THE_CREATOR'],
		['somebody of himself', 'ben', 'ben', 'NOT_THE_CREATOR'],
		['the creator of herself', 'ana', 'ana', 'NOT_A_PARTICIPANT'],
		['the creator of a stranger', 'ana', 'eve', 'NOT_A_PARTICIPANT'],
		['a stranger', 'eve', 'ben', 'NOT_A_PARTICIPANT'],
	])('M9 not by %s', (_, who, personId, code) => {
		expect(remove(who, personId)).toBe(code);
	});

	test('M9 M6 from the end time on it is too late', () => {
		expect(remove('ana', 'ben', END_MS - 1)).toEqual(PENDING);
		expect(remove('ana', 'ben', END_MS)).toBe('MEETING_ENDED');
	});
});

describe('M7 extending', () => {
	const extend = (meeting: Meeting, minutes: number, atMs = SOON_MS) =>
		after(meeting, { type: 'extend', minutes, ...by('ben', atMs) });
	const latest = CREATED_MS + 8 * 3_600_000;

	test.each([
		['half an hour', 30, END_MS + 1_800_000],
		['a longer wish is cut to 8 h in all', 480, latest],
		['endlessly', Infinity, latest],
	])('%s', (_, minutes, expiresAtMs) => {
		expect(extend(ACTIVE, minutes)).toEqual({ ...ACTIVE, expiresAtMs });
	});

	test.each([0, -5, NaN])('by %d minutes is refused', (minutes) => {
		expect(extend(ACTIVE, minutes)).toBe('TOO_LONG');
	});

	test('at 8 h it is refused', () => {
		expect(latestEndMs(ACTIVE)).toBe(latest);
		expect(extend({ ...ACTIVE, expiresAtMs: latest }, 1)).toBe('TOO_LONG');
	});

	test('M6 after the end time it is too late', () => {
		expect(extend(ACTIVE, 30, END_MS)).toBe('MEETING_ENDED');
	});
});

test.each(EVENTS)('M8 an ended meeting refuses $type', (event) => {
	expect(after(ENDED, event)).toBe('MEETING_ENDED');
});

describe('M8 what a page offers', () => {
	test('is what the same rules would grant', () => {
		expect(allowedEvents(ENDED, 'ana', SOON_MS).size).toBe(0);
		expect([...allowedEvents(ACTIVE, 'eve', SOON_MS)]).toEqual([]);
		expect([...allowedEvents(PENDING, 'eve', SOON_MS)]).toEqual(['join']);
		expect([...allowedEvents(ACTIVE, 'ana', SOON_MS)].sort()).toEqual(
			['block', 'end', 'extend', 'join', 'remove', 'set_destination'].sort(),
		);
		expect(allowedEvents(ACTIVE, 'ben', SOON_MS).has('remove')).toBe(false);
		expect(allowedEvents(PENDING, 'ana', SOON_MS).has('remove')).toBe(false);
		expect(allowedEvents(ACTIVE, 'ana', END_MS).has('extend')).toBe(false);
	});
});
