import { describe, expect, test } from 'vitest';
import { instant, type ServerMessage } from '$lib/protocol';
import { apply, ended, fromWelcome, ownFix, shared, type MeetingState } from './meeting-state';
import { ANA, BEN, participant, session, sharedFixAt, START_MS, welcome } from './testing';

const STRANGER = '0b0e7a5a-2d3c-4a7e-8f52-1f3b5c7d9e03';
const start = () => fromWelcome(welcome({ server_time: instant(START_MS) }));

function after(state: MeetingState, ...messages: ServerMessage[]): MeetingState {
	return messages.reduce((before, message) => apply(before, message, START_MS), state);
}

function benOf(state: MeetingState) {
	return state.people.find(({ id }) => id === BEN);
}

describe('welcome', () => {
	test('gives the whole state', () => {
		const state = fromWelcome(
			welcome({
				server_time: instant(START_MS),
				locations: { [BEN]: sharedFixAt(48, 11, START_MS) },
				im_here: { user_ids: [BEN], expires_at: instant(START_MS + 30_000) },
			}),
		);
		expect(state.people.map(({ name }) => name)).toEqual(['Ana', 'Ben']);
		expect(state.fixes[BEN]).toEqual({ lat: 48, lon: 11, accuracyM: 10, atMs: START_MS });
		expect(state.here?.presses.map(({ personId }) => personId)).toEqual([BEN]);
		expect(state.ended).toBeNull();
	});

	test('replaces what was there: what the server has forgotten is gone', () => {
		const before = fromWelcome(welcome({ locations: { [BEN]: sharedFixAt(48, 11, START_MS) } }));
		const state = after(before, { type: 'welcome', payload: welcome() });
		expect(state.fixes).toEqual({});
	});

	test('keeps one’s own newest fix, which only this browser knows', () => {
		const own = { lat: 1, lon: 2, accuracyM: 5, atMs: START_MS + 5 };
		const before = ownFix(start(), own);
		const older = welcome({ locations: { [ANA]: sharedFixAt(9, 9, START_MS) } });
		expect(after(before, { type: 'welcome', payload: older }).fixes[ANA]).toEqual(own);
		const newer = welcome({ locations: { [ANA]: sharedFixAt(9, 9, START_MS + 10) } });
		expect(after(before, { type: 'welcome', payload: newer }).fixes[ANA]?.lat).toBe(9);
	});

	test('does not start the grace of somebody who pauses anew', () => {
		const paused = shared(start(), ANA, 'paused', START_MS);
		const again = welcome({
			server_time: instant(START_MS + 50_000),
			participants: [participant(ANA, { sharing: 'paused' }), participant(BEN)],
		});
		expect(after(paused, { type: 'welcome', payload: again }).people[0]?.sharing).toMatchObject({
			state: 'paused',
			sinceMs: START_MS,
		});
	});

	test('of an ended meeting is its end', () => {
		const over = session({
			status: 'ENDED',
			end_reason: 'EXPIRED',
			ended_at: instant(START_MS + 7),
		});
		const state = fromWelcome(
			welcome({ session: over, locations: { [BEN]: sharedFixAt(48, 11, START_MS) } }),
		);
		expect(state.ended).toEqual({ reason: 'EXPIRED', atMs: START_MS + 7 });
		expect(state.fixes).toEqual({});
	});
});

describe('news', () => {
	test('peer_location moves the peer', () => {
		const fix = { ...sharedFixAt(48, 11, START_MS), user_id: BEN };
		const state = after(start(), { type: 'peer_location', payload: fix });
		expect(state.fixes[BEN]?.lat).toBe(48);
	});

	test('presence_update with a participant seats the newcomer, once', () => {
		const alone = fromWelcome(welcome({ participants: [participant(ANA)] }));
		const joined: ServerMessage = {
			type: 'presence_update',
			payload: {
				user_id: BEN,
				status: 'online',
				last_seen: null,
				participant: participant(BEN),
			},
		};
		const state = after(alone, joined, joined);
		expect(state.people.map(({ id }) => id)).toEqual([ANA, BEN]);
	});

	test('presence_update tells that somebody went', () => {
		const state = after(start(), {
			type: 'presence_update',
			payload: { user_id: BEN, status: 'offline', last_seen: instant(START_MS + 3) },
		});
		expect(benOf(state)).toMatchObject({ presence: 'offline' });
	});

	test('participant_removed frees the seat: nothing is left of who had it', () => {
		const before = fromWelcome(
			welcome({
				locations: { [BEN]: sharedFixAt(48, 11, START_MS), [ANA]: sharedFixAt(49, 11, START_MS) },
				im_here: { user_ids: [BEN, ANA], expires_at: instant(START_MS + 30_000) },
			}),
		);
		const state = after(
			before,
			{ type: 'participant_removed', payload: { user_id: BEN } },
			{ type: 'session_updated', payload: session({ status: 'PENDING' }) },
		);
		expect(state.people.map(({ id }) => id)).toEqual([ANA]);
		expect(Object.keys(state.fixes)).toEqual([ANA]);
		expect(state.here).toBeNull();
		expect([state.session.status, state.ended]).toEqual(['PENDING', null]);
	});

	test('the meeting place, with who set or cleared it', () => {
		const destination = { name: 'Fountain', lat: 48, lon: 11 };
		const set = after(start(), {
			type: 'destination_update',
			payload: { destination, by_user_id: BEN },
		});
		expect([set.session.destination, set.placeBy]).toEqual([destination, BEN]);
		const cleared = after(set, {
			type: 'destination_update',
			payload: { destination: null, by_user_id: ANA },
		});
		expect([cleared.session.destination, cleared.placeBy]).toEqual([null, ANA]);
	});

	test('how the other is on his way, and nothing of strangers', () => {
		const before = fromWelcome(
			welcome({
				participants: [participant(ANA), participant(BEN, { route_mode: 'driving-car' })],
			}),
		);
		expect(benOf(before)?.routeMode).toBe('driving-car');
		const mode = 'cycling-regular';
		const state = after(
			before,
			{ type: 'peer_route_mode', payload: { user_id: BEN, mode } },
			{ type: 'peer_route_mode', payload: { user_id: STRANGER, mode } },
		);
		expect(state.people.map(({ routeMode }) => routeMode)).toEqual([null, mode]);
	});

	test('participant_removed of oneself or of a stranger changes nothing', () => {
		const before = start();
		for (const user_id of [ANA, STRANGER])
			expect(after(before, { type: 'participant_removed', payload: { user_id } })).toBe(before);
	});

	test('peer_sharing tells how the other shares', () => {
		const state = after(start(), {
			type: 'peer_sharing',
			payload: { user_id: BEN, state: 'hidden' },
		});
		expect(benOf(state)?.sharing).toMatchObject({ state: 'hidden', sinceMs: START_MS });
	});

	test('session_updated and destination_update change the meeting', () => {
		const place = { name: 'Fountain', lat: 1, lon: 2 };
		const longer = session({ expires_at: instant(START_MS + 7_200_000) });
		const state = after(
			start(),
			{ type: 'session_updated', payload: longer },
			{ type: 'destination_update', payload: { destination: place, by_user_id: BEN } },
		);
		expect(state.session).toEqual({ ...longer, destination: place });
	});

	test('im_here_update opens and closes the window', () => {
		const open: ServerMessage = {
			type: 'im_here_update',
			payload: { user_ids: [BEN], expires_at: instant(START_MS + 60_000) },
		};
		const closed: ServerMessage = {
			type: 'im_here_update',
			payload: { user_ids: [], expires_at: null },
		};
		expect(after(start(), open).here?.expiresAtMs).toBe(START_MS + 60_000);
		expect(after(start(), open, closed).here).toBeNull();
	});

	test('about strangers changes nothing', () => {
		const before = start();
		const fix = { ...sharedFixAt(48, 11, START_MS), user_id: STRANGER };
		expect(
			after(
				before,
				{ type: 'peer_location', payload: fix },
				{ type: 'peer_sharing', payload: { user_id: STRANGER, state: 'paused' } },
				{
					type: 'presence_update',
					payload: { user_id: STRANGER, status: 'online', last_seen: null },
				},
			),
		).toEqual(before);
	});
});

describe('the end', () => {
	const over: ServerMessage = {
		type: 'session_ended',
		payload: { reason: 'PROXIMITY_REACHED', ended_at: instant(START_MS + 9) },
	};

	test('leaves no position', () => {
		const before = fromWelcome(welcome({ locations: { [BEN]: sharedFixAt(48, 11, START_MS) } }));
		const state = after(before, over);
		expect(state.fixes).toEqual({});
		expect(state.here).toBeNull();
		expect(state.ended).toEqual({ reason: 'PROXIMITY_REACHED', atMs: START_MS + 9 });
		expect(state.session.status).toBe('ENDED');
	});

	test('is final: nothing that comes later brings anything back', () => {
		const state = after(start(), over);
		const fix = { ...sharedFixAt(48, 11, START_MS), user_id: BEN };
		const later = after(
			state,
			{ type: 'peer_location', payload: fix },
			{ type: 'welcome', payload: welcome() },
			{ type: 'session_updated', payload: session() },
		);
		expect(later).toBe(state);
		expect(ended(state, 'EXPIRED', 0)).toBe(state);
		expect(ownFix(state, { lat: 0, lon: 0, accuracyM: 1, atMs: 0 })).toBe(state);
	});
});
