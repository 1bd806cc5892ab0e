import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allowedEvents, latestEndMs, transition, type MeetingEvent } from './life';
import { MEETING_LIMITS, MEETING_STATUSES, type Meeting } from './meeting';

const CREATED_MS = Date.parse('2026-11-24T12:00:00Z');
const END_MS = CREATED_MS + 3_600_000;
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
describe('whatever happens, in whatever order', () => {
	const person = fc.constantFrom('ana', 'ben', 'eve');
	const atMs = fc.integer({ min: CREATED_MS, max: CREATED_MS + 9 * 3_600_000 });
	const anything: fc.Arbitrary<MeetingEvent> = fc.oneof(
		fc.record({ type: fc.constant('join' as const), by: person, atMs }),
		fc.record({ type: fc.constant('end' as const), by: person, reason: fc.string(), atMs }),
		fc.record({ type: fc.constant('meet' as const), byHand: fc.boolean(), atMs }),
		fc.record({ type: fc.constant('block' as const), by: person, atMs }),
		fc.record({ type: fc.constant('remove' as const), by: person, personId: person, atMs }),
		fc.record({ type: fc.constant('expire' as const), atMs }),
		fc.record({ type: fc.constant('extend' as const), by: person, minutes: fc.double(), atMs }),
		fc.record({
			type: fc.constant('set_destination' as const),
			by: person,
			destination: fc.constantFrom(PLACE, null),
			atMs,
		}),
	);
	/** More joins and extensions than ends: long lives are the interesting ones. */
	const lives = fc.array(
		fc.oneof(
			{ weight: 3, arbitrary: anything.filter(({ type }) => !/end|block/.test(type)) },
			{
				weight: 1,
				arbitrary: anything,
			},
		),
		{ maxLength: 40 },
	);

	/** Every step of a life: the meeting before, the event, the meeting after. */
	function stepsOf(events: readonly MeetingEvent[]) {
		let meeting = PENDING;
		return events.map((event) => {
			const before = meeting;
			const outcome = transition(before, event);
			if (outcome.ok) meeting = outcome.value;
			return { before, event, outcome, now: meeting };
		});
	}

	test('M1 M2 M9 it never leaves its states, nor goes back but by a removal', () => {
		fc.assert(
			fc.property(lives, (events) => {
				for (const { before, event, now } of stepsOf(events)) {
					expect(MEETING_STATUSES).toContain(now.status);
					if (event.type === 'remove' && before.status === 'ACTIVE') continue;
					expect(MEETING_STATUSES.indexOf(now.status)).toBeGreaterThanOrEqual(
						MEETING_STATUSES.indexOf(before.status),
					);
				}
			}),
		);
	});

	test('M1 M3 M7 its parts always agree with one another', () => {
		fc.assert(
			fc.property(lives, (events) => {
				for (const { now } of stepsOf(events)) {
					const seats = new Set(now.participantIds);
					expect(seats.size).toBe(now.participantIds.length);
					expect(seats.size).toBeLessThanOrEqual(MEETING_LIMITS.seats);
					expect(now.participantIds[0]).toBe('ana');
					if (now.status !== 'ENDED') expect(now.status === 'ACTIVE').toBe(seats.size === 2);
					expect(now.status === 'ENDED').toBe(now.endedAtMs !== null);
					expect(now.status === 'ENDED').toBe(now.endReason !== null);
					expect(now.expiresAtMs).toBeGreaterThanOrEqual(END_MS);
					expect(now.expiresAtMs).toBeLessThanOrEqual(latestEndMs(now));
				}
			}),
		);
	});

	test('M8 ENDED is final', () => {
		fc.assert(
			fc.property(lives, (events) => {
				for (const { before, event, outcome } of stepsOf(events)) {
					if (before.status !== 'ENDED') continue;
					const isOutsider =
						'by' in event && event.type !== 'join' && !before.participantIds.includes(event.by);
					const code = isOutsider ? 'NOT_A_PARTICIPANT' : 'MEETING_ENDED';
					expect(outcome).toEqual({ ok: false, code });
				}
			}),
		);
	});

	test('M4 M6 who is not in it changes nothing, and only the clock expires it', () => {
		fc.assert(
			fc.property(lives, (events) => {
				for (const { before, event, outcome, now } of stepsOf(events)) {
					if (!outcome.ok) expect(now).toBe(before);
					if (outcome.ok && 'by' in event && event.type !== 'join')
						expect(before.participantIds).toContain(event.by);
					if (now.endReason === 'EXPIRED')
						expect(now.endedAtMs).toBeGreaterThanOrEqual(now.expiresAtMs);
				}
			}),
		);
	});

	test('M8 what the page offers is what is granted a moment later', () => {
		fc.assert(
			fc.property(lives, person, atMs, (events, who, nowMs) => {
				const meeting = stepsOf(events).at(-1)?.now ?? PENDING;
				for (const type of ['join', 'block', 'set_destination'] as const) {
					const deed: MeetingEvent =
						type === 'set_destination'
							? { type, destination: PLACE, by: who, atMs: nowMs }
							: { type, by: who, atMs: nowMs };
					expect(allowedEvents(meeting, who, nowMs).has(type)).toBe(transition(meeting, deed).ok);
				}
			}),
		);
	});
});
