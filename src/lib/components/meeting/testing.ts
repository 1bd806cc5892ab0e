import type { LiveView, PersonView } from '$lib/client/live-view';

/** A meeting of Ana (the viewer) and Ben, 1,360 m apart and all well; tests change what they are about. */

export const NOW_MS = Date.UTC(2026, 6, 1, 12, 0);

export function somebody(changes: Partial<PersonView> = {}): PersonView {
	return {
		id: 'ben',
		name: 'Ben',
		isSelf: false,
		presence: 'online',
		sharing: 'live',
		fix: { lat: 52.5, lon: 13.4, accuracyM: 12, atMs: NOW_MS - 4_000 },
		ageMs: 4_000,
		isOld: false,
		routeMode: null,
		...changes,
	};
}

export const ANA = somebody({ id: 'ana', name: 'Ana', isSelf: true });
export const BEN = somebody();

export type Facts = Pick<
	LiveView,
	| 'connection'
	| 'session'
	| 'self'
	| 'peer'
	| 'between'
	| 'proximity'
	| 'here'
	| 'notice'
	| 'location'
	| 'isPaused'
	| 'waitsByHand'
	| 'leftMs'
	| 'seesPeer'
	| 'ended'
	| 'placeBy'
>;

export function facts(changes: Partial<Facts> = {}): Facts {
	return {
		connection: { state: 'live' },
		session: {
			id: '5f0c3c5e-8a9e-4a55-9a4e-0c8f4b6f2a11',
			status: 'ACTIVE',
			created_at: new Date(NOW_MS).toISOString(),
			expires_at: new Date(NOW_MS + 3_600_000).toISOString(),
			ended_at: null,
			end_reason: null,
			destination: null,
		},
		self: ANA,
		peer: BEN,
		between: between(1_360),
		proximity: { verdict: 'too_far', distanceM: 1_360, reachM: 50 },
		here: null,
		notice: null,
		location: { state: 'watching' },
		isPaused: false,
		waitsByHand: false,
		leftMs: 3_600_000,
		seesPeer: true,
		ended: null,
		placeBy: null,
		...changes,
	};
}

export function between(distanceM: number): NonNullable<LiveView['between']> {
	const approach =
		distanceM <= 50 ? 'reach' : distanceM <= 150 ? 'near' : distanceM <= 500 ? 'close' : 'far';
	return { distanceM, bearingDeg: 45, compass: 'north_east', approach, progress: 0.2 };
}
