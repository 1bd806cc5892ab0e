import { describe, expect, test } from 'vitest';
import type { SessionWith } from '$lib/protocol';
import { Arrivals, type InboxSessions } from './arrivals.svelte';

const READ_MS = Date.parse('2026-11-24T12:00:00.000Z');

function meeting(id: string, startedAfterMs: number, status = 'ACTIVE'): SessionWith {
	return {
		session: {
			id,
			status: status as SessionWith['session']['status'],
			created_at: new Date(READ_MS + startedAfterMs).toISOString(),
			expires_at: new Date(READ_MS + 3_600_000).toISOString(),
			ended_at: null,
			end_reason: null,
			destination: null,
		},
		with: [{ id: 'ben', handle: 'ben', display_name: 'Ben' }],
	};
}

function page(isKnown = true) {
	let inbox = $state.raw<InboxSessions>({ isKnown, sessions: new Map() });
	const arrivals = new Arrivals(
		() => inbox,
		() => READ_MS,
	);
	return {
		arrivals,
		hear(...sessions: SessionWith[]) {
			inbox = { isKnown: true, sessions: new Map(sessions.map((one) => [one.session.id, one])) };
			return arrivals.started?.meetingId ?? null;
		},
	};
}

describe('a meeting that begins while a page is open', () => {
	test('is news, with who is in it', () => {
		const { arrivals, hear } = page();
		expect(arrivals.started).toBeNull();
		hear(meeting('new', 5_000));
		expect(arrivals.started).toEqual({ meetingId: 'new', with: [{ id: 'ben', name: 'Ben' }] });
	});

	test('is news also where the inbox first speaks after it began', () => {
		expect(page(false).hear(meeting('new', 200))).toBe('new');
	});

	test('is none where it ran before the page was read', () => {
		const { hear } = page(false);
		expect(hear(meeting('old', -60_000))).toBeNull();
		expect(hear(meeting('new', 9_000), meeting('old', -60_000))).toBe('new');
	});

	test('is news where it waited for somebody before and he joins now', () => {
		const { arrivals, hear } = page();
		expect(arrivals.started).toBeNull();
		expect(hear(meeting('waited', -60_000))).toBe('waited');
	});

	test('is none while nobody has joined', () => {
		expect(page().hear(meeting('new', 5_000, 'PENDING'))).toBeNull();
	});

	test('stops being news once it was opened here, or is over', () => {
		const { arrivals, hear } = page();
		expect(hear(meeting('new', 5_000))).toBe('new');
		expect(hear()).toBeNull();
		expect(hear(meeting('new', 5_000))).toBe('new');
		arrivals.open('new');
		expect(arrivals.started).toBeNull();
	});
});
