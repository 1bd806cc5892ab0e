import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HERE_WINDOW_MS, isByHand, isComplete, openWindow, pressHere } from './here-window';
import { transition, type MeetingEvent } from './life';
import type { Meeting } from './meeting';

const NOW_MS = 1_000_000;
const BOTH = ['ana', 'ben'];

describe('the window', () => {
	const opened = pressHere(null, 'ana', 'measured', NOW_MS);

	test('M15 the first press opens it for 60 s', () => {
		expect(opened).toEqual({
			presses: [{ personId: 'ana', press: 'measured' }],
			expiresAtMs: NOW_MS + 60_000,
		});
	});

	test('M15 pressing again neither prolongs it nor counts twice', () => {
		expect(pressHere(opened, 'ana', 'by_hand', NOW_MS + 30_000)).toBe(opened);
	});

	test('M15 the other’s press keeps its end', () => {
		const both = pressHere(opened, 'ben', 'measured', NOW_MS + 59_999);
		expect(both.presses.map(({ personId }) => personId)).toEqual(BOTH);
		expect(both.expiresAtMs).toBe(NOW_MS + 60_000);
	});

	test.each([
		[59_999, true],
		[60_000, false],
	])('M15 after %i ms it is open: %s', (laterMs, isOpen) => {
		expect(openWindow(opened, NOW_MS + laterMs) !== null).toBe(isOpen);
	});

	test('M16 a press into an expired window opens a new one with that press alone', () => {
		expect(pressHere(opened, 'ben', 'measured', NOW_MS + 60_000)).toEqual({
			presses: [{ personId: 'ben', press: 'measured' }],
			expiresAtMs: NOW_MS + 120_000,
		});
	});

	test('M17 it is complete when everybody has pressed, and they are two at least', () => {
		const both = pressHere(opened, 'ben', 'measured', NOW_MS + 1);
		expect(isComplete(opened, BOTH)).toBe(false);
		expect(isComplete(both, BOTH)).toBe(true);
		expect(isComplete(opened, ['ana'])).toBe(false);
		expect(isComplete(both, [...BOTH, 'eve'])).toBe(false);
		expect(isComplete(opened, [])).toBe(false);
	});

	test('M17 one press by hand makes it one by hand', () => {
		expect(isByHand(pressHere(opened, 'ben', 'measured', NOW_MS + 1))).toBe(false);
		expect(isByHand(pressHere(opened, 'ben', 'by_hand', NOW_MS + 1))).toBe(true);
	});
});

describe('M17 whatever is pressed, in whatever order', () => {
	const presses = fc.array(
		fc.record({
			personId: fc.constantFrom('ana', 'ben'),
			press: fc.constantFrom('measured' as const, 'by_hand' as const),
			pauseMs: fc.integer({ min: 0, max: 90_000 }),
		}),
		{ maxLength: 30 },
	);
	const ACTIVE: Meeting = {
		id: 'm',
		status: 'ACTIVE',
		createdBy: 'ana',
		createdAtMs: NOW_MS,
		expiresAtMs: NOW_MS + 3_600_000_000,
		endedAtMs: null,
		endReason: null,
		destination: null,
		participantIds: BOTH,
	};

	/** As the server does it: press, and if the window is complete, meet. */
	function pressAll(
		deeds: readonly { personId: string; press: 'measured' | 'by_hand'; pauseMs: number }[],
	) {
		let window = null;
		let meeting = ACTIVE;
		let nowMs = NOW_MS;
		const valid: { personId: string; atMs: number; press: string }[] = [];
		for (const { personId, press, pauseMs } of deeds) {
			nowMs += pauseMs;
			valid.push({ personId, atMs: nowMs, press });
			window = pressHere(window, personId, press, nowMs);
			if (!isComplete(window, meeting.participantIds)) continue;
			const met: MeetingEvent = { type: 'meet', byHand: isByHand(window), atMs: nowMs };
			const outcome = transition(meeting, met);
			if (outcome.ok) meeting = outcome.value;
			break;
		}
		return { meeting, valid, nowMs, window };
	}

	test('one person alone never ends it', () => {
		fc.assert(
			fc.property(presses, fc.constantFrom('ana', 'ben'), (deeds, personId) => {
				const alone = deeds.map((deed) => ({ ...deed, personId }));
				expect(pressAll(alone).meeting).toEqual(ACTIVE);
			}),
		);
	});

	test('it ends only by presses of both within 60 s, and says truly how', () => {
		fc.assert(
			fc.property(presses, (deeds) => {
				const { meeting, valid, nowMs, window } = pressAll(deeds);
				if (meeting.status !== 'ENDED') return;
				const recent = valid.filter(({ atMs }) => nowMs - atMs < HERE_WINDOW_MS);
				expect(new Set(recent.map(({ personId }) => personId)).size).toBe(2);
				const byHand = window?.presses.some(({ press }) => press === 'by_hand');
				expect(meeting.endReason).toBe(byHand ? 'MANUAL_CONFIRM' : 'PROXIMITY_REACHED');
			}),
		);
	});

	test('two presses of different people within one window always end it', () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 59_999 }), (pauseMs) => {
				const { meeting } = pressAll([
					{ personId: 'ana', press: 'measured', pauseMs: 0 },
					{ personId: 'ben', press: 'measured', pauseMs },
				]);
				expect(meeting.endReason).toBe('PROXIMITY_REACHED');
			}),
		);
	});
});
